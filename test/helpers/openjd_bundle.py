"""What Deadline Cloud's own library makes of a job bundle: `python3 openjd_bundle.py FOLDER`, as JSON, without a farm."""
import json
import sys

from deadline.client.job_bundle.loader import read_yaml_or_json_object, validate_directory_symlink_containment
from deadline.client.job_bundle.parameters import apply_job_parameters, read_job_bundle_parameters
from deadline.client.job_bundle.submission import AssetReferences, split_parameter_args

folder = sys.argv[1]
validate_directory_symlink_containment(folder)
parameters = read_job_bundle_parameters(folder)
assets = AssetReferences.from_dict(read_yaml_or_json_object(folder, "asset_references", False))
apply_job_parameters([], folder, parameters, assets)
settings, values = split_parameter_args(parameters, folder)
json.dump({"settings": settings, "parameters": values, **assets.to_dict()}, sys.stdout)
