using Sluice.Netfilter.Iptables;

namespace Sluice.KernelTests.Applying;

/// <summary>Small batches for tests.</summary>
internal static class Batches
{
    internal static RestoreBatch Of(params TableChanges[] tables) => new([.. tables]);

    internal static TableChanges Table(string table, string[] chains, params RestoreCommand[] commands) =>
        new(table) { Emptied = [.. chains], Commands = [.. commands] };

    internal static RestoreCommand Append(string chain, string rule) => new(RestoreVerb.Append, chain, rule);

    internal static RestoreCommand Insert(string chain, string rule, int position = 1) => new(RestoreVerb.Insert, chain, rule, position);

    internal static RestoreCommand Delete(string chain, string rule) => new(RestoreVerb.Delete, chain, rule);
}
