using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Dataplane.Planning.Ipvs;

/// <summary>
/// Writes a plan as what the kernel's tools take: a part under its own heading for each tool, in the order in which an empty kernel needs them. The
/// readers of dumps take it as it is.
/// </summary>
public static class IpvsText
{
    /// <summary>Writes it.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="output">Where to.</param>
    public static void Write(IpvsPlan plan, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(output);
        output.Write("# ipset restore\n");
        IpSetWriter.Write(output, plan.Ipsets);
        output.Write($"# {(plan.Rules.Family == Net.IPFamily.IPv6 ? "ip6tables" : "iptables")}-restore\n");
        RestoreText.Write(plan.Rules, output);
        output.Write("# ipvsadm -R\n");
        IpvsWriter.Write(output, plan.Servers);
        output.Write($"# sh\nip link add {IpvsLayout.Interface} type dummy\n");
        foreach (var address in plan.Addresses)
        {
            output.Write($"ip address add {address}/{address.Width} dev {IpvsLayout.Interface}\n");
        }
    }
}
