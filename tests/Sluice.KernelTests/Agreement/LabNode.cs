using Sluice.KernelTests.Lab;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Routing;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.KernelTests.Agreement;

/// <summary>What a snapshot of the lab's node holds besides rules.</summary>
internal sealed class LabNode
{
    private readonly RoutingReading _addresses;
    private readonly EquatableArray<Route> _routes;

    public LabNode(KernelLab lab)
    {
        // Duplicate address detection may still hold an IPv6 address back; the kernel will use it a moment later.
        for (var tries = 0; tries < 200 && lab.Node.Check("ip", ["-6", "addr", "show", "tentative"]).Length > 0; tries++)
        {
            Thread.Sleep(TimeSpan.FromMilliseconds(20));
        }

        _addresses = Read(lab, "addr");
        _routes = [.. Read(lab, "-4", "route", "show", "table", "all").Routing!.Routes, .. Read(lab, "-6", "route", "show", "table", "all").Routing!.Routes];
    }

    /// <summary>The node with these rules.</summary>
    public NodeSnapshot With(Ruleset ruleset) => new(ruleset)
    {
        Interfaces = _addresses.Interfaces,
        Routing = new RoutingTables(_routes, []),
    };

    private static RoutingReading Read(KernelLab lab, params string[] arguments) =>
        RoutingReader.Read(SourceText.Of("ip", lab.Node.Check("ip", ["-j", .. arguments])));
}
