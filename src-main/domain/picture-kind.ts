/** What the window can show of a file, by the ending of its name: the one list for the page and for who reads for it. */

/** decoded by us: floats, or formats that no browser has */
const decodedPicture = /\.(?:exr|sxr|tiff?|tx|hdr|rgbe|pic|tga|dpx|cin|psd|jp2|j2k|iff|sgi|rgb|tex)$/i
/** decoded by the browser */
const browserPicture = /\.(?:png|jpe?g|webp|avif|gif|bmp)$/i
const movie = /\.(?:mp4|m4v|mov|webm|mkv|avi|mxf|ogv)$/i

export type FileKind = 'picture' | 'decoded' | 'movie' | 'other'

export const fileKindOf = (path: string): FileKind =>
  browserPicture.test(path) ? 'picture' : decodedPicture.test(path) ? 'decoded' : movie.test(path) ? 'movie' : 'other'

/** Codecs of QuickTime and MP4 (sample entry types as registered with the MP4 registration authority), for people. */
const codecs: Readonly<Record<string, string>> = {
  ...{ apco: 'ProRes 422 Proxy', apcs: 'ProRes 422 LT', apcn: 'ProRes 422', apch: 'ProRes 422 HQ' },
  ...{ ap4h: 'ProRes 4444', ap4x: 'ProRes 4444 XQ', aprn: 'ProRes RAW', aprh: 'ProRes RAW HQ' },
  ...{
    AVdn: 'DNxHD',
    AVdh: 'DNxHR',
    CFHD: 'CineForm',
    'rle ': 'QuickTime Animation',
    'png ': 'PNG',
    'raw ': 'raw RGB'
  },
  ...{
    jpeg: 'Photo JPEG',
    mjpa: 'Motion JPEG A',
    mjpb: 'Motion JPEG B',
    v210: 'uncompressed 10 bit 4:2:2',
    '2vuy': 'uncompressed 4:2:2'
  },
  ...{
    avc1: 'H.264',
    avc3: 'H.264',
    hvc1: 'HEVC',
    hev1: 'HEVC',
    mp4v: 'MPEG-4 part 2',
    av01: 'AV1',
    vp09: 'VP9',
    vp08: 'VP8'
  },
  ...{
    Hap1: 'Hap',
    Hap5: 'Hap Alpha',
    HapY: 'Hap Q',
    dvh1: 'Dolby Vision',
    dvhe: 'Dolby Vision',
    SVQ3: 'Sorenson Video 3'
  }
}

export const codecName = (type: string): string => codecs[type] ?? type.trim()
