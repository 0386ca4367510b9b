/* In place of OpenImageIO's header, as far as libdpx uses it. */
#pragma once
#include <cstddef>

namespace OIIO
{
using span_size_t = size_t;

template <typename T> class span
{
  public:
    span (T* data, span_size_t size) : data_ (data), size_ (size) {}
    T*          data () const { return data_; }
    span_size_t size () const { return size_; }

  private:
    T*          data_;
    span_size_t size_;
};

template <typename T> using cspan = span<const T>;
} // namespace OIIO
