using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Daemon;

/// <summary>Finds the Services whose rules the kernel refuses, by halves, and puts all others in place.</summary>
internal sealed class Isolation(IFamilyKernel kernel)
{
    private readonly Dictionary<ObjectName, Refusal> _refusals = [];

    /// <summary>The Services found.</summary>
    public IReadOnlyDictionary<ObjectName, Refusal> Refusals => _refusals;

    /// <summary>What the kernel holds; null when that is not known.</summary>
    public ServiceIntent? Known { get; private set; }

    /// <summary>Writes all of an intent that the kernel takes.</summary>
    /// <param name="target">What the kernel shall hold.</param>
    /// <param name="last">What it held last; null when that was never known.</param>
    /// <param name="refused">What it refused of it.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>How it ended: done, even when some are refused.</returns>
    public async Task<WriteResult> RunAsync(ServiceIntent target, ServiceIntent? last, WriteResult refused, CancellationToken cancellationToken)
    {
        // Of another node's rules nothing can be kept.
        last = last is not null && last.Node.Equals(target.Node) ? last : null;
        var suspects = new SortedSet<ObjectName>();
        var result = refused;
        while (result is { Status: WriteStatus.Refused, Suspects: { } find })
        {
            var more = find(target, last);
            var count = suspects.Count;
            suspects.UnionWith(more);
            if (suspects.Count == count)
            {
                // Not a Service's fault, but of rules that are always there.
                return result;
            }

            Known = target.With(suspects.Select(s => KeyValuePair.Create(s, Before(last, s))));
            result = await kernel.CompareAsync(Known, cancellationToken);
        }

        return result.Status == WriteStatus.Done
            ? await AddAsync(target, [.. suspects], last, refused.Problem!, cancellationToken)
            : Lost(result);
    }

    private async Task<WriteResult> AddAsync(
        ServiceIntent target, ObjectName[] suspects, ServiceIntent? last, string problem, CancellationToken cancellationToken)
    {
        var batches = 0;
        var groups = new Stack<ObjectName[]>();
        Split(groups, suspects, target, last, problem);
        while (groups.TryPop(out var group))
        {
            var next = Known!.With(group.Select(s => KeyValuePair.Create(s, target.PortsOf(s))));
            var result = await kernel.ChangeAsync(Known, next, group, cancellationToken);
            batches += result.Batches;
            if (result.Status == WriteStatus.Done)
            {
                Known = next;
                continue;
            }

            if (result.Status != WriteStatus.Refused)
            {
                return Lost(result);
            }

            Split(groups, group, target, last, result.Problem!);

            // A table before the refused one may be written.
            if (await kernel.CompareAsync(Known, cancellationToken) is { Status: not WriteStatus.Done } failed)
            {
                return Lost(failed);
            }
        }

        return new WriteResult(WriteStatus.Done, batches);
    }

    // A group that is refused as a whole: its halves are tried, one alone is found.
    private void Split(Stack<ObjectName[]> groups, ObjectName[] group, ServiceIntent target, ServiceIntent? last, string problem)
    {
        if (group.Length == 1)
        {
            _refusals[group[0]] = new Refusal(target.PortsOf(group[0]), Before(last, group[0]), problem);
            return;
        }

        groups.Push(group[(group.Length / 2)..]);
        groups.Push(group[..(group.Length / 2)]);
    }

    private WriteResult Lost(WriteResult result)
    {
        Known = null;
        return result;
    }

    private static EquatableArray<PortIntent> Before(ServiceIntent? last, ObjectName service) => last?.PortsOf(service) ?? default;
}
