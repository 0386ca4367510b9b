/*
 * What the window asks of OpenEXRCore: one file in memory at a time, its parts told as numbers, the samples of chosen
 * channels as they are stored (halves widened to floats), or the means of whole blocks for a thumbnail.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <openexr.h>

#define EXPORT __attribute__ ((visibility ("default")))
#define MOST_WANTED 64

static exr_context_t  context;
static const uint8_t* file;
static uint64_t       file_size;
static char           said[256];
static float          halves[65536];

/* ---- the file in memory ---- */

static int64_t
read_bytes (
    exr_const_context_t         from,
    void*                       user,
    void*                       into,
    uint64_t                    size,
    uint64_t                    offset,
    exr_stream_error_func_ptr_t fail)
{
    (void) from, (void) user, (void) fail;
    if (offset >= file_size) return 0;
    if (size > file_size - offset) size = file_size - offset;
    memcpy (into, file + offset, size);
    return (int64_t) size;
}

static int64_t
size_of_file (exr_const_context_t from, void* user)
{
    (void) from, (void) user;
    return (int64_t) file_size;
}

/* the first complaint is the cause, the rest follows from it */
static void
hear (exr_const_context_t from, exr_result_t code, const char* text)
{
    (void) from, (void) code;
    if (said[0] == 0) strncpy (said, text, sizeof (said) - 1);
}

static float
widened (uint16_t half)
{
    union
    {
        uint32_t bits;
        float    value;
    } to;
    uint32_t sign = (uint32_t) (half & 0x8000) << 16, exponent = (half >> 10) & 31, mantissa = half & 1023;
    if (exponent == 31)
        to.bits = sign | 0x7f800000 | mantissa << 13;
    else if (exponent > 0)
        to.bits = sign | (exponent + 112) << 23 | mantissa << 13;
    else
    {
        to.value = (float) mantissa / 16777216.f; /* 2^-24: exact */
        to.bits |= sign;
    }
    return to.value;
}

EXPORT void
close_file (void)
{
    if (context) exr_finish (&context);
    context = NULL;
}

/* The bytes stay the caller's until the next call. Returns an error of OpenEXR; 0 is none. */
EXPORT int32_t
open_file (const uint8_t* bytes, uint32_t size)
{
    exr_context_initializer_t how = EXR_DEFAULT_CONTEXT_INITIALIZER;
    close_file ();
    if (halves[0x3c00] == 0)
        for (int i = 0; i < 65536; i++)
            halves[i] = widened ((uint16_t) i);
    said[0]              = 0;
    file                 = bytes;
    file_size            = size;
    how.error_handler_fn = hear;
    how.read_fn          = read_bytes;
    how.size_fn          = size_of_file;
    return exr_start_read (&context, "picture", &how);
}

EXPORT const char*
complaint (void)
{
    return said;
}

EXPORT const char*
error_name (int32_t code)
{
    return exr_get_error_code_as_string (code);
}

/* ---- what is in it ---- */

EXPORT int32_t
part_count (void)
{
    int count = 0;
    return exr_get_count (context, &count) == EXR_ERR_SUCCESS ? count : 0;
}

/* [storage, compression, data window, display window, level mode, levels x, levels y, channels]; NULL: not readable */
EXPORT const int32_t*
part_facts (int32_t part)
{
    static int32_t              facts[14];
    exr_storage_t               storage;
    exr_compression_t           compression;
    exr_attr_box2i_t            data, display;
    const exr_attr_chlist_t*    channels;
    uint32_t                    tile_x, tile_y;
    exr_tile_level_mode_t       mode = EXR_TILE_ONE_LEVEL;
    exr_tile_round_mode_t       round;
    int32_t                     levels_x = 1, levels_y = 1;
    if (exr_get_storage (context, part, &storage) || exr_get_compression (context, part, &compression) ||
        exr_get_data_window (context, part, &data) || exr_get_display_window (context, part, &display) ||
        exr_get_channels (context, part, &channels))
        return NULL;
    if (storage == EXR_STORAGE_TILED || storage == EXR_STORAGE_DEEP_TILED)
        if (exr_get_tile_descriptor (context, part, &tile_x, &tile_y, &mode, &round) ||
            exr_get_tile_levels (context, part, &levels_x, &levels_y))
            return NULL;
    int32_t all[14] = {
        storage, compression, data.min.x, data.min.y, data.max.x, data.max.y, display.min.x, display.min.y,
        display.max.x, display.max.y, mode, levels_x, levels_y, channels->num_channels};
    memcpy (facts, all, sizeof (facts));
    return facts;
}

/* NULL: it has none */
EXPORT const char*
part_name (int32_t part)
{
    const char* name = NULL;
    return exr_get_name (context, part, &name) == EXR_ERR_SUCCESS ? name : NULL;
}

/* the view of a stereo file's part; NULL: it has none */
EXPORT const char*
part_view (int32_t part)
{
    const char* name = NULL;
    int32_t     length;
    return exr_attr_get_string (context, part, "view", &length, &name) == EXR_ERR_SUCCESS ? name : NULL;
}

EXPORT const char*
channel_name (int32_t part, int32_t index)
{
    const exr_attr_chlist_t* channels;
    if (exr_get_channels (context, part, &channels)) return NULL;
    return channels->entries[index].name.str;
}

/* [type, x sampling, y sampling] */
EXPORT const int32_t*
channel_facts (int32_t part, int32_t index)
{
    static int32_t           facts[3];
    const exr_attr_chlist_t* channels;
    if (exr_get_channels (context, part, &channels)) return NULL;
    facts[0] = channels->entries[index].pixel_type;
    facts[1] = channels->entries[index].x_sampling;
    facts[2] = channels->entries[index].y_sampling;
    return facts;
}

/* [width, height] */
EXPORT const int32_t*
level_size (int32_t part, int32_t level_x, int32_t level_y)
{
    static int32_t size[2];
    return exr_get_level_sizes (context, part, level_x, level_y, size, size + 1) == EXR_ERR_SUCCESS ? size : NULL;
}

/* ---- samples ---- */

/* What is asked for, and where it goes. */
static struct
{
    int32_t part, level_x, level_y;
    int32_t width, left, top; /* of the level; where its data window begins */
    int32_t count, wanted[MOST_WANTED];
    float*  planes[MOST_WANTED];
    /* a thumbnail: the area of the file's own coordinates that it shows, in blocks of so many pixels; 0: samples as they are */
    int32_t  block, area_left, area_top, area_width, area_height;
    uint8_t* rows[MOST_WANTED]; /* of the chunk */
    size_t   row_bytes[MOST_WANTED];
    int32_t  chunks, bad;
    exr_result_t error;
} job;

/* [chunks, bad chunks, error of the first bad one] */
EXPORT const int32_t*
outcome (void)
{
    static int32_t told[3];
    told[0] = job.chunks, told[1] = job.bad, told[2] = job.error;
    return told;
}

/* Readies reading; then `want` for each channel, then `run`. */
EXPORT void
begin (int32_t part, int32_t level_x, int32_t level_y)
{
    for (int i = 0; i < MOST_WANTED; i++)
        free (job.rows[i]);
    memset (&job, 0, sizeof (job));
    job.part = part, job.level_x = level_x, job.level_y = level_y;
}

/* The plane has room for every sample of the channel; for a thumbnail for every block, all 0. */
EXPORT void
want (int32_t channel, float* plane)
{
    if (job.count >= MOST_WANTED) return;
    job.wanted[job.count]   = channel;
    job.planes[job.count++] = plane;
}

EXPORT void
shrink_to (int32_t block, int32_t left, int32_t top, int32_t width, int32_t height)
{
    job.block = block, job.area_left = left, job.area_top = top, job.area_width = width, job.area_height = height;
}

static float
sample_at (const exr_coding_channel_info_t* channel, const uint8_t* row, int32_t x)
{
    float value;
    if (channel->data_type == EXR_PIXEL_HALF) return halves[((const uint16_t*) row)[x]];
    if (channel->data_type == EXR_PIXEL_UINT) return (float) ((const uint32_t*) row)[x];
    memcpy (&value, row + 4 * (size_t) x, 4);
    return value;
}

/* Adds a row to its blocks; what is no number adds nothing. */
static void
add_row (int which, const exr_coding_channel_info_t* channel, const uint8_t* row, int32_t left, int32_t y)
{
    int32_t step = channel->x_samples, from = 0, blocks = (job.area_width + job.block - 1) / job.block;
    if (y < job.area_top || y >= job.area_top + job.area_height) return;
    float* to = job.planes[which] + (size_t) ((y - job.area_top) / job.block) * blocks;
    if (left < job.area_left) from = (job.area_left - left + step - 1) / step;
    for (int32_t i = from; i < channel->width; i++)
    {
        int32_t x = left + i * step - job.area_left;
        if (x >= job.area_width) break;
        float value = sample_at (channel, row, i);
        if (value == value) to[x / job.block] += value;
    }
}

/* the commonest case by far: halves of every pixel, so no division and no question a sample */
static void
add_halves (int which, const exr_coding_channel_info_t* channel, const uint16_t* row, int32_t left, int32_t y)
{
    int32_t blocks = (job.area_width + job.block - 1) / job.block;
    if (y < job.area_top || y >= job.area_top + job.area_height) return;
    float*  to    = job.planes[which] + (size_t) ((y - job.area_top) / job.block) * blocks;
    int32_t first = left < job.area_left ? job.area_left - left : 0;
    int32_t end   = channel->width;
    if (end > job.area_left + job.area_width - left) end = job.area_left + job.area_width - left;
    int32_t at = left + first - job.area_left, block = at / job.block, last = block * job.block + job.block - at + first;
    for (int32_t i = first; i < end; block++, last += job.block)
    {
        float sum = 0;
        for (int32_t stop = last < end ? last : end; i < stop; i++)
        {
            float value = halves[row[i]];
            sum += value == value ? value : 0;
        }
        to[block] += sum;
    }
}

static void
put_row (int which, const exr_coding_channel_info_t* channel, const uint8_t* row, int32_t left, int32_t line)
{
    int32_t width = (job.width + channel->x_samples - 1) / channel->x_samples;
    float*  to    = job.planes[which] + (size_t) line * width + left / channel->x_samples;
    if (channel->data_type != EXR_PIXEL_HALF)
        memcpy (to, row, 4 * (size_t) channel->width);
    else
        for (int32_t i = 0; i < channel->width; i++)
            to[i] = halves[((const uint16_t*) row)[i]];
}

/* Points each wanted channel of the chunk at rows of its own; others are skipped. */
static exr_result_t
aim (exr_decode_pipeline_t* pipeline)
{
    for (int c = 0; c < pipeline->channel_count; c++)
        pipeline->channels[c].decode_to_ptr = NULL;
    for (int i = 0; i < job.count; i++)
    {
        exr_coding_channel_info_t* channel = pipeline->channels + job.wanted[i];
        int32_t                    size    = channel->bytes_per_element;
        size_t                     bytes   = (size_t) channel->width * channel->height * size;
        if (bytes > job.row_bytes[i])
        {
            free (job.rows[i]);
            job.rows[i]      = malloc (bytes);
            job.row_bytes[i] = job.rows[i] ? bytes : 0;
            if (!job.rows[i]) return EXR_ERR_OUT_OF_MEMORY;
        }
        channel->user_bytes_per_element = (int16_t) size;
        channel->user_data_type         = channel->data_type;
        channel->user_pixel_stride      = size;
        channel->user_line_stride       = channel->width * size;
        channel->decode_to_ptr          = bytes ? job.rows[i] : NULL;
    }
    return EXR_ERR_SUCCESS;
}

/* Takes a decoded chunk's rows, whose first pixel is so far from the data window's. */
static void
take (exr_decode_pipeline_t* pipeline, int32_t left, int32_t top)
{
    for (int i = 0; i < job.count; i++)
    {
        const exr_coding_channel_info_t* channel = pipeline->channels + job.wanted[i];
        size_t  stride = (size_t) channel->width * channel->bytes_per_element;
        int32_t first  = (top + channel->y_samples - 1) / channel->y_samples;
        for (int32_t line = 0; line < channel->height && channel->width > 0; line++)
        {
            const uint8_t* row = job.rows[i] + line * stride;
            int32_t        y   = job.top + (first + line) * channel->y_samples;
            if (job.block == 0)
                put_row (i, channel, row, left, first + line);
            else if (channel->data_type == EXR_PIXEL_HALF && channel->x_samples == 1)
                add_halves (i, channel, (const uint16_t*) row, job.left + left, y);
            else
                add_row (i, channel, row, job.left + left, y);
        }
    }
}

static exr_result_t
decode (exr_decode_pipeline_t* pipeline, const exr_chunk_info_t* chunk, int32_t left, int32_t top)
{
    exr_result_t error = pipeline->channels ? exr_decoding_update (context, job.part, chunk, pipeline)
                                            : exr_decoding_initialize (context, job.part, chunk, pipeline);
    if (!error) error = aim (pipeline);
    if (!error) error = exr_decoding_choose_default_routines (context, job.part, pipeline);
    if (!error) error = exr_decoding_run (context, job.part, pipeline);
    if (!error) take (pipeline, left, top);
    return error;
}

/* A chunk that cannot be read is counted; the others are still worth a look. */
static void
note (exr_result_t error)
{
    job.chunks++;
    if (!error) return;
    if (job.bad++ == 0) job.error = error;
}

static void
run_lines (exr_decode_pipeline_t* pipeline, exr_attr_box2i_t data)
{
    int32_t lines = 1;
    exr_get_scanlines_per_chunk (context, job.part, &lines);
    for (int64_t y = data.min.y; y <= data.max.y; y += lines)
    {
        exr_chunk_info_t chunk;
        exr_result_t     error = exr_read_scanline_chunk_info (context, job.part, (int) y, &chunk);
        note (error ? error : decode (pipeline, &chunk, 0, (int32_t) (y - data.min.y)));
    }
}

static void
run_tiles (exr_decode_pipeline_t* pipeline)
{
    int32_t count_x = 0, count_y = 0, width = 0, height = 0;
    exr_get_tile_counts (context, job.part, job.level_x, job.level_y, &count_x, &count_y);
    exr_get_tile_sizes (context, job.part, job.level_x, job.level_y, &width, &height);
    for (int32_t y = 0; y < count_y; y++)
        for (int32_t x = 0; x < count_x; x++)
        {
            exr_chunk_info_t chunk;
            exr_result_t     error =
                exr_read_tile_chunk_info (context, job.part, x, y, job.level_x, job.level_y, &chunk);
            note (error ? error : decode (pipeline, &chunk, x * width, y * height));
        }
}

/* Returns an error of the whole; what single chunks had says `outcome`. */
EXPORT int32_t
run (void)
{
    exr_decode_pipeline_t pipeline = EXR_DECODE_PIPELINE_INITIALIZER;
    exr_storage_t         storage;
    exr_attr_box2i_t      data;
    int32_t               height;
    exr_result_t          error = exr_get_storage (context, job.part, &storage);
    if (!error) error = exr_get_data_window (context, job.part, &data);
    if (error) return error;
    job.left = data.min.x, job.top = data.min.y, job.width = data.max.x - data.min.x + 1;
    if (storage == EXR_STORAGE_TILED)
    {
        error = exr_get_level_sizes (context, job.part, job.level_x, job.level_y, &job.width, &height);
        if (error) return error;
        run_tiles (&pipeline);
    }
    else
        run_lines (&pipeline, data);
    exr_decoding_destroy (context, &pipeline);
    return EXR_ERR_SUCCESS;
}
