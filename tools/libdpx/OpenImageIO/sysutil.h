/* In place of OpenImageIO's header, as far as libdpx uses it. */
#pragma once
#include <ctime>

namespace OIIO::Sysutil
{
inline void
get_local_time (const time_t* time, struct tm* into)
{
    gmtime_r (time, into);
}
} // namespace OIIO::Sysutil
