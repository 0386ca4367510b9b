"""What the engine itself makes of job templates: reads a JSON list of {text, folder} on stdin, writes one answer each.

An answer is {"name", "steps": [{"name", "dependsOn", "timeout", "memory", "tasks": [[argument, ...]]}]} or {"error"}: every task
that openjd would run, with its command's arguments resolved.
"""
import json
import sys
from pathlib import Path

from openjd.model import (
    DecodeValidationError,
    DocumentType,
    StepParameterSpaceIterator,
    SymbolTable,
    create_job,
    decode_job_template,
    document_string_to_object,
    preprocess_job_parameters,
)


def answer(text, folder):
    document = document_string_to_object(document=text, document_type=DocumentType.YAML)
    template = decode_job_template(template=document, supported_extensions=["TASK_CHUNKING"])
    parameters = preprocess_job_parameters(
        job_template=template,
        job_parameter_values={},
        job_template_dir=Path(folder),
        current_working_dir=Path("/nowhere"),
    )
    job = create_job(job_template=template, job_parameter_values=parameters)
    known = {"Param." + name: value.value for name, value in parameters.items()}
    return {"name": job.name, "steps": [step_of(step, known) for step in job.steps]}


def memory_of(step):
    amounts = step.hostRequirements.amounts if step.hostRequirements else None
    return next((int(one.min) for one in amounts or [] if one.name == "amount.worker.memory"), None)


def step_of(step, known):
    run = step.script.actions.onRun
    tasks = []
    for values in StepParameterSpaceIterator(space=step.parameterSpace):
        own = {"Task.Param." + name: value.value for name, value in values.items()}
        table = SymbolTable(source={**known, **own})
        tasks.append([arg.resolve(symtab=table) for arg in run.args])
    return {
        "name": step.name,
        "dependsOn": [one.dependsOn for one in step.dependencies or []],
        "timeout": run.timeout,
        "memory": memory_of(step),
        "tasks": tasks,
    }


def tried(text, folder):
    try:
        return answer(text, folder)
    except (DecodeValidationError, ValueError) as error:
        return {"error": str(error)}


json.dump([tried(**one) for one in json.load(sys.stdin)], sys.stdout)
