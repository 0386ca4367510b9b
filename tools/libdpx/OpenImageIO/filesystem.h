/* In place of OpenImageIO's header, as far as libdpx uses it: a file that is in memory. */
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>

namespace OIIO::Filesystem
{
class IOProxy
{
  public:
    IOProxy (const uint8_t* bytes, size_t size) : bytes_ (bytes), size_ (size) {}

    bool    opened () const { return bytes_ != nullptr; }
    size_t  size () const { return size_; }
    int64_t tell () const { return int64_t (at_); }

    bool seek (int64_t offset, int origin = SEEK_SET)
    {
        int64_t to = offset + (origin == SEEK_CUR ? tell () : origin == SEEK_END ? int64_t (size_) : 0);
        if (to < 0 || to > int64_t (size_)) return false;
        at_ = size_t (to);
        return true;
    }

    size_t read (void* into, size_t size)
    {
        if (size > size_ - at_) size = size_ - at_;
        memcpy (into, bytes_ + at_, size);
        at_ += size;
        return size;
    }

  private:
    const uint8_t* bytes_;
    size_t         size_;
    size_t         at_ = 0;
};
} // namespace OIIO::Filesystem
