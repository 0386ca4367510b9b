/**
 * The job type: JavaScript that Flamenco's Manager runs to make a job's tasks. It is the same for every job, so a farm
 * installs it once; what the tasks are stands in the job's settings. The Manager's engine is goja, in strict mode.
 * Source: Flamenco's documents "Job Types" and "List of Commands" (exec, echo), and its job compiler
 * (internal/manager/job_compilers): a task is copied when it is added to the job, so all of it has to be there by then.
 */

export const jobTypeFile = 'flamenco/backlot.js'

/** The type's name: its file's without the ending. */
export const jobType = 'backlot'

/** What submit.sh compares with what the Manager says of its type; a number more when settings or what they mean change. */
export const description = 'Tasks as Backlot exported them, version 2'

export const jobTypeText = `// A job type of Flamenco 3 for what Backlot exports. Put this file into the folder "scripts" beside flamenco-manager.
const JOB_TYPE = {
    label: "Backlot",
    description: ${JSON.stringify(description)},
    settings: [
        { key: "folder", type: "string", subtype: "dir_path", required: true, visible: "web",
          description: "The export's folder" },
        { key: "program", type: "string", required: true, visible: "web",
          description: "What runs its scripts on the workers" },
        { key: "tasks", type: "string", required: true, visible: "hidden",
          description: "Nodes, their tasks, and what waits for what, as JSON" },
        { key: "run", type: "string", default: "", visible: "web",
          description: "The submission, which has its results and logs in runs/ of the folder" },
    ],
};

function compileJob(job) {
    const settings = job.settings;
    const nodes = JSON.parse(settings.tasks);
    const made = [];
    for (const node of nodes) {
        const tasks = [];
        const count = (node.titles || node.ranges).length;
        for (let place = 0; place < count; place++) {
            tasks.push(makeTask(job, settings, made, node, place));
        }
        made.push({ tasks: tasks, gate: node.gate ? makeGate(job, node, tasks) : null });
    }
}

function makeTask(job, settings, made, node, place) {
    const label = node.labels ? node.labels[place] : String(place);
    const task = author.Task(titleOf(node, place, label), "misc");
    task.priority = node.priority;
    const args = [settings.folder + "/" + node.script, node.node + "/" + label];
    if (settings.run) args.push(settings.run);
    task.addCommand(author.Command("exec", { exe: settings.program, args: args }));
    for (const wait of node.waits) {
        for (const above of waitedFor(made[wait.node], wait.tasks, place)) {
            task.addDependency(above);
        }
    }
    job.addTask(task);
    return task;
}

// "each": the task at the same place; null: all of them, by the one that waits for all of them where there is one
function waitedFor(parent, tasks, place) {
    if (tasks === "each") return [parent.tasks[place]];
    const places = tasks === null ? null : tasks[place];
    if (places !== null) return places.map(function (one) { return parent.tasks[one]; });
    return parent.gate === null ? parent.tasks : [parent.gate];
}

function titleOf(node, place, label) {
    if (node.titles) return node.titles[place];
    return node.name + "-" + label + (node.ranges[place] === "" ? "" : " " + node.ranges[place]);
}

// does nothing: many tasks that wait for many others wait for this one instead
function makeGate(job, node, tasks) {
    const gate = author.Task("all of " + node.name, "misc");
    gate.priority = node.priority;
    gate.addCommand(author.Command("echo", { message: "all tasks of " + node.name + " are done" }));
    for (const task of tasks) {
        gate.addDependency(task);
    }
    job.addTask(gate);
    return gate;
}
`
