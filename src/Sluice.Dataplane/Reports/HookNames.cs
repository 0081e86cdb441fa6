using System.Diagnostics;
using Sluice.Netfilter.Rules;

namespace Sluice.Dataplane.Reports;

/// <summary>Hooks as iptables spells its built-in chains.</summary>
public static class HookNames
{
    /// <summary>The name, e.g. <c>PREROUTING</c>.</summary>
    public static string Of(Hook hook) => hook switch
    {
        Hook.Prerouting => "PREROUTING",
        Hook.Input => "INPUT",
        Hook.Forward => "FORWARD",
        Hook.Output => "OUTPUT",
        Hook.Postrouting => "POSTROUTING",
        _ => throw new UnreachableException(),
    };
}
