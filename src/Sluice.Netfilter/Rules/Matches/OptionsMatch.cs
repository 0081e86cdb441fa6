using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>
/// A match of a module that is known by its options alone, since what it asks for (headers, quotas, times, processors) no question
/// and no dump tells.
/// </summary>
/// <param name="Module">The module's name.</param>
/// <param name="Options">Its options in the order iptables-save prints them.</param>
public sealed record OptionsMatch(string Module, EquatableArray<MatchOption> Options) : Match
{
    // Modules whose answer may change from one packet or rule to the next.
    private static readonly string[] s_unstable = ["quota", "cpu"];

    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet)
    {
        switch (Module)
        {
            // helper_mt: only a connection that another one announced has a helper's master.
            case "helper" when packet.State is not (Net.ConnectionState.Established or Net.ConnectionState.Related):
            case "connlabel" when !packet.HasConnection:
                return MatchResult.Of(Options.Any(o => o.Inverted));
            default:
                var clause = $"-m {Module}{string.Concat(Options.Select(o => $" {o}"))} holds";
                return s_unstable.Contains(Module) ? MatchResult.DependsEachTime(clause) : MatchResult.Depends(clause);
        }
    }
}

/// <summary>An option of a match as it is written.</summary>
/// <param name="Name">Its name, the dashes included.</param>
/// <param name="Argument">Its argument; empty when it takes none.</param>
/// <param name="Inverted">Whether a <c>!</c> stands before it.</param>
public sealed record MatchOption(string Name, string Argument, bool Inverted)
{
    /// <summary>As iptables-save prints it, without quotes.</summary>
    public override string ToString() => $"{(Inverted ? "! " : "")}{Name}{(Argument.Length > 0 ? " " : "")}{Argument}";
}
