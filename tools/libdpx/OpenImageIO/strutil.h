/* In place of OpenImageIO's header, as far as libdpx uses it. Times and time codes are not asked for: format_to_n prints none. */
#pragma once
#include <cstddef>
#include <cstring>

namespace OIIO::Strutil
{
inline size_t
safe_strlen (const char* text, size_t most)
{
    return strnlen (text, most);
}

inline char*
safe_strcpy (char* to, const char* from, size_t size)
{
    size_t length = strnlen (from, size - 1);
    memcpy (to, from, length);
    memset (to + length, 0, size - length);
    return to;
}

template <typename... Rest>
inline void
format_to_n (char* to, size_t size, const char*, Rest...)
{
    memset (to, 0, size);
}
} // namespace OIIO::Strutil
