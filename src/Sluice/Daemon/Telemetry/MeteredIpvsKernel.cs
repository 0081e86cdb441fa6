using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Linux.Ipvs;
using Sluice.Net;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Daemon.Telemetry;

/// <summary>A kernel in IPVS mode, with a meter on it.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="meter">The meter.</param>
internal sealed class MeteredIpvsKernel(IIpvsKernel kernel, KernelMeter meter) : IIpvsKernel
{
    /// <inheritdoc/>
    public IpvsContent Read(IpvsLayout layout)
    {
        var begin = meter.Begin();
        var content = kernel.Read(layout);
        meter.Read(begin);
        return content;
    }

    /// <inheritdoc/>
    /// <remarks>Not measured: it goes on beside the changes, on a thread of its own.</remarks>
    public IpvsContent Survey(IpvsLayout layout) => kernel.Survey(layout);

    /// <inheritdoc/>
    /// <remarks>Not measured: endpoints that drain are asked for beside the syncs.</remarks>
    public string? ReadReals(VirtualServerKey key, out EquatableArray<RealServer> reals) => kernel.ReadReals(key, out reals);

    /// <inheritdoc/>
    public IpvsApplyResult Apply(IReadOnlyList<IpvsStep> steps)
    {
        var begin = meter.Begin();
        var result = kernel.Apply(steps);
        meter.Sent(begin);
        if (result.Failure is null)
        {
            meter.CountElements(steps.Count);
        }

        return result;
    }
}
