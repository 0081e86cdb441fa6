using System.CommandLine;
using Sluice.Daemon;

namespace Sluice.Commands;

/// <summary>The flag <c>--proxy-mode</c>.</summary>
internal static class ProxyModes
{
    /// <summary>The flag.</summary>
    public static Option<string?> NewOption() => new("--proxy-mode") { Description = "How to route: iptables (default) or nftables", HelpName = "MODE" };

    /// <summary>What its word means.</summary>
    /// <exception cref="CommandFailure">There is no such mode.</exception>
    public static ProxyMode Of(string? word) => word switch
    {
        null or "iptables" => ProxyMode.Iptables,
        "nftables" => ProxyMode.Nftables,
        _ => throw new CommandFailure($"'{word.ReplaceLineEndings(" ")}' is no --proxy-mode here: take iptables or nftables"),
    };
}
