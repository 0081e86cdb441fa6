using Sluice.Daemon;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Sluice.Tests.Planning.Nftables;
using Xunit;

namespace Sluice.Tests.Daemon;

/// <summary>A worker of a fake nftables kernel.</summary>
internal sealed class NftWorkerRig : Rig
{
    public NftWorkerRig()
        : base(IPFamily.IPv4, SyncPeriods.Nftables)
    {
        Node = Node with { NodePortAddresses = [Prefix.Parse("192.0.2.0/24")] };
        Restart();
    }

    public NftablesPlanOptions Options { get; } = new(IPFamily.IPv4);

    public FakeNftKernel Kernel { get; } = new();

    /// <summary>Whether the kernel holds what the cluster wants, less some Services: whichever slot an endpoint has.</summary>
    public void AssertHolds(params ObjectName[] without)
    {
        Assert.Equal("", TableDifference.Of(NftablesPlan.Of(Wanted(without), Options), Kernel.Model?.ToTable()));
    }

    protected override IFamilyKernel NewKernel() => new NftablesKernel(Kernel, Options, new OwnWrites());
}
