/* OpenJPH is C++ with exceptions and would double the module: HTJ2K is refused by name before it gets here. */
#include <openexr.h>

exr_result_t internal_exr_undo_ht (exr_decode_pipeline_t*, const void*, uint64_t, void*, uint64_t);
exr_result_t internal_exr_apply_ht (exr_encode_pipeline_t*);

exr_result_t
internal_exr_undo_ht (exr_decode_pipeline_t* d, const void* a, uint64_t b, void* c, uint64_t e)
{
    (void) d, (void) a, (void) b, (void) c, (void) e;
    return EXR_ERR_FEATURE_NOT_IMPLEMENTED;
}

exr_result_t
internal_exr_apply_ht (exr_encode_pipeline_t* e)
{
    (void) e;
    return EXR_ERR_FEATURE_NOT_IMPLEMENTED;
}
