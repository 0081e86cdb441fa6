using Sluice.KernelTests.Traffic;
using Xunit;

namespace Sluice.KernelTests.Uml.Inside;

/// <summary>Real connections on a node whose proxy routes in IPVS mode end where the specification says.</summary>
public sealed class IpvsTrafficTests(ITestOutputHelper output)
{
    [UmlTheory]
    [InlineData("pods told by their addresses", 6)]
    [InlineData("pods told by their addresses", 17)]
    public Task Every_flow_ends_where_the_specification_says(string configuration, byte protocol) =>
        TrafficRun.RunAsync(ProxyRules.Ipvs, configuration, fromServer: false, output, flow => flow.Flow.Protocol.Number == protocol);
}
