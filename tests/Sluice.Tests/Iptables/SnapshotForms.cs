using System.Globalization;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Iptables;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Tests.Iptables;

/// <summary>Reads text and says shortly what was read.</summary>
internal static class SnapshotForms
{
    public static SnapshotReadResult Read(string text, string? table = null) => SnapshotReader.Read([SourceText.Of("dump", text)], table);

    public static Ruleset Rules(string text, string? table = null) => Read(text, table).Snapshot.Ruleset;

    /// <summary>The rules of a chain as iptables-save would print their options.</summary>
    public static string[] Lines(Ruleset ruleset, string table, string chain, IPFamily family = IPFamily.IPv4) =>
        [.. ruleset.Find(family, table)?.FindChain(chain)?.Rules.Select(RestoreWriter.Write) ?? []];

    public static string Summary(Ruleset ruleset) => string.Join("; ", ruleset.Tables.Select(t => string.Create(
        CultureInfo.InvariantCulture, $"{t.Family} {t.Name}: {string.Join(", ", t.Chains.Select(c => $"{c.Name} {c.Rules.Count}"))}")));

    public static ReaderNoteKind[] Matters(SnapshotReadResult read) => [.. read.Notes.Where(n => n.MattersToAnswers).Select(n => n.Kind)];
}
