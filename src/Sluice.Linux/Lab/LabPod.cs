namespace Sluice.Linux.Lab;

/// <summary>A pod to be built.</summary>
/// <param name="Name">Its name; no blanks.</param>
/// <param name="Number">Its host number within the pod addresses of its node, 2 to 250.</param>
/// <param name="Node">The node it runs on: 1 or 2. A pod on node 2 makes the lab build that node.</param>
public sealed record LabPod(string Name, int Number, int Node = 1);
