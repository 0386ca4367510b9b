/*
 * What the window asks of libdpx: one file in memory at a time, its elements told as numbers, and rows of samples.
 */
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <type_traits>

#include "DPX.h"
#include "DPXColorConverter.h"
#include "DPXHeader.h"

#define EXPORT extern "C" __attribute__ ((visibility ("default")))

/* Out of memory ends the reader; its caller starts another. */
void*
operator new (size_t size)
{
    if (void* found = malloc (size ? size : 1)) return found;
    __builtin_trap ();
}
void* operator new[] (size_t size) { return operator new (size); }
void operator delete (void* at) noexcept { free (at); }
void operator delete[] (void* at) noexcept { free (at); }
void operator delete (void* at, size_t) noexcept { free (at); }
void operator delete[] (void* at, size_t) noexcept { free (at); }

/* samples of a row as libdpx gives them, the same as colours, and channel behind channel */
struct Row
{
    int32_t  element = -1;
    uint8_t* samples = nullptr;
    uint8_t* colours = nullptr;
    uint8_t* apart   = nullptr;
    void     clear ()
    {
        free (samples), free (colours), free (apart);
        samples = colours = apart = nullptr;
        element                   = -1;
    }
};

static OIIO::Filesystem::IOProxy* file;
static InStream*                  stream;
static dpx::Reader*               reader;
static Row                        row;

EXPORT void
close_file ()
{
    row.clear ();
    delete reader;
    delete stream;
    delete file;
    reader = nullptr, stream = nullptr, file = nullptr;
}

/* The bytes stay the caller's until the next call. Returns whether there is a header. */
EXPORT int32_t
open_file (const uint8_t* bytes, uint32_t size)
{
    close_file ();
    file   = new OIIO::Filesystem::IOProxy (bytes, size);
    stream = new InStream (file);
    reader = new dpx::Reader;
    reader->SetInStream (stream);
    return reader->ReadHeader ();
}

EXPORT int32_t
element_count ()
{
    return reader->header.ImageElementCount ();
}

/* [width, height, orientation, left, top, width and height of the original] */
EXPORT const uint32_t*
picture_facts ()
{
    static uint32_t   facts[7];
    const dpx::Header& header = reader->header;
    facts[0] = header.Width (), facts[1] = header.Height (), facts[2] = uint32_t (header.ImageOrientation ());
    facts[3] = header.XOffset (), facts[4] = header.YOffset ();
    facts[5] = header.XOriginalSize (), facts[6] = header.YOriginalSize ();
    return facts;
}

/* The first element of files that leave its offset out begins where the file says that pixels begin. */
static uint32_t
offset_of (int32_t element)
{
    uint32_t own = reader->header.DataOffset (element);
    return element == 0 && (own == 0 || own == UINT32_MAX) ? reader->header.ImageOffset () : own;
}

/* [descriptor, components, bits, packing, encoding, sign, transfer, colorimetric, offset, padding of a line] */
EXPORT const uint32_t*
element_facts (int32_t element)
{
    static uint32_t    facts[10];
    const dpx::Header& header = reader->header;
    facts[0] = uint32_t (header.ImageDescriptor (element));
    facts[1] = uint32_t (header.ImageElementComponentCount (element));
    facts[2] = header.BitDepth (element);
    facts[3] = uint32_t (header.ImagePacking (element));
    facts[4] = uint32_t (header.ImageEncoding (element));
    facts[5] = header.DataSign (element);
    facts[6] = uint32_t (header.Transfer (element));
    facts[7] = uint32_t (header.Colorimetric (element));
    facts[8] = offset_of (element);
    facts[9] = header.EndOfLinePadding (element);
    return facts;
}

/* Where an element's bytes end at the latest, in the file as it says it was when it was whole. */
static int64_t
end_of (uint32_t offset)
{
    const dpx::Header& header = reader->header;
    int64_t            end    = int64_t (file->size ());
    if (header.FileSize () != UINT32_MAX && header.FileSize () > end) end = header.FileSize ();
    for (int i = 0; i < header.ImageElementCount (); i++)
    {
        uint32_t other = offset_of (i);
        if (other > offset && other < end) end = other;
    }
    return end;
}

/*
 * SMPTE 268M ends each line at a full 32-bit word. libdpx does so for 10 bits and packed 12 bits; of whole bytes it writes
 * lines without an end, and FFmpeg with one, and neither says so in the header. As FFmpeg decides it: with, if there is room.
 */
static void
find_padding (int32_t element)
{
    dpx::Header& header = reader->header;
    const int    bits   = header.BitDepth (element);
    if (header.EndOfLinePadding (element) != 0 || bits == 10) return;
    if (bits == 12 && header.ImagePacking (element) == dpx::kPacked) return;
    const int64_t line = int64_t (header.Width ()) * header.ImageElementComponentCount (element) *
                         header.ComponentByteCount (element);
    const int64_t full = (line + 3) / 4 * 4;
    const int64_t room = end_of (header.DataOffset (element)) - header.DataOffset (element);
    if (full > line && full * header.Height () <= room) header.SetEndOfLinePadding (element, uint32_t (full - line));
}

/* Readies the rows of an element. Returns whether there is memory for them. */
EXPORT int32_t
begin (int32_t element)
{
    dpx::Header& header = reader->header;
    row.clear ();
    header.SetDataOffset (element, offset_of (element));
    find_padding (element);
    const size_t pixels = header.Width (), bytes = header.ComponentByteCount (element);
    const size_t most   = std::max (header.ImageElementComponentCount (element), 4);
    row.element = element;
    row.samples = static_cast<uint8_t*> (malloc (pixels * most * bytes));
    row.colours = static_cast<uint8_t*> (malloc (pixels * 4 * bytes));
    row.apart   = static_cast<uint8_t*> (malloc (pixels * most * bytes));
    return row.samples && row.colours && row.apart;
}

template <typename T>
static void
put_apart (const uint8_t* interleaved, size_t channels, int shift)
{
    const size_t pixels = reader->header.Width ();
    const T*     from   = reinterpret_cast<const T*> (interleaved);
    T*           to     = reinterpret_cast<T*> (row.apart);
    for (size_t c = 0; c < channels; c++)
        for (size_t i = 0; i < pixels; i++)
            if constexpr (std::is_same_v<T, dpx::U16>)
                *to++ = T (from[i * channels + c] >> shift);
            else
                *to++ = from[i * channels + c];
}

/* Of 10 and 12 bits libdpx gives the upper ones of 16. */
static const void*
apart (const uint8_t* interleaved, size_t channels)
{
    const int bits = reader->header.BitDepth (row.element);
    if (bits == 8)
        put_apart<dpx::U8> (interleaved, channels, 0);
    else if (bits == 32)
        put_apart<dpx::R32> (interleaved, channels, 0);
    else
        put_apart<dpx::U16> (interleaved, channels, 16 - bits);
    return row.apart;
}

/* A row's channels, one behind the other: U8, U16 or floats. NULL: it is not in the file. */
EXPORT const void*
read_row (int32_t y)
{
    dpx::Block block (0, y, int (reader->header.Width ()) - 1, y);
    if (!reader->ReadBlock (row.element, row.samples, block)) return nullptr;
    return apart (row.samples, reader->header.ImageElementComponentCount (row.element));
}

/* The row that was read last as R G B or R G B A, in place of its own channels. NULL: libdpx cannot make that of it. */
EXPORT const void*
colour_row ()
{
    const dpx::Descriptor kind     = reader->header.ImageDescriptor (row.element);
    const bool            hasAlpha = kind == dpx::kABGR || kind == dpx::kCbYACrYA || kind == dpx::kCbYCrA;
    dpx::Block            block (0, 0, int (reader->header.Width ()) - 1, 0);
    if (!dpx::ConvertToRGB (reader->header, row.element, row.samples, row.colours, block)) return nullptr;
    return apart (row.colours, hasAlpha ? 4 : 3);
}
