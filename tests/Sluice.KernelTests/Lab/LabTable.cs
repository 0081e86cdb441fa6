namespace Sluice.KernelTests.Lab;

/// <summary>
/// The lab's own nf_tables table: it watches every hook before and after all iptables tables, and turns tracing on. It
/// works beside both variants, and adds no rule to the tables under test.
/// </summary>
internal static class LabTable
{
    internal const string Name = "sluice_lab";
    internal const ushort LogGroup = 4242;
    internal const string SyncPrefix = "lab:sync";

    /// <summary>IP protocol 253 is set aside for experiments: the marker packets.</summary>
    internal const byte SyncProtocol = 253;

    private static readonly Dictionary<string, LabStage> Stages =
        Enum.GetValues<LabStage>().ToDictionary(Prefix, s => s);

    internal static LabStage? Stage(string prefix) => Stages.TryGetValue(prefix, out var stage) ? stage : null;

    /// <summary>The nft text. -500 is before raw and defragmentation, 500 after srcnat (100) and conntrack helpers (300).</summary>
    internal static string Text(bool trace)
    {
        var begin = trace ? "meta nftrace set 1;" : "";
        return $$"""
            table inet {{Name}} {
              chain prerouting { type filter hook prerouting priority -500;
                meta l4proto {{SyncProtocol}} log prefix "{{SyncPrefix}}" group {{LogGroup}} drop
                {{begin}} {{Log(LabStage.Prerouting)}}; }
              chain input { type filter hook input priority -500; {{Log(LabStage.Input)}}; }
              chain forward { type filter hook forward priority -500; {{Log(LabStage.Forward)}}; }
              chain output { type filter hook output priority -500; {{begin}} {{Log(LabStage.Output)}}; }
              chain accepted { type filter hook input priority 500; {{Log(LabStage.Accepted)}}; }
              chain left { type filter hook postrouting priority 500; {{Log(LabStage.Left)}}; }
              chain track { ct state new; }
            }
            """;
    }

    private static string Prefix(LabStage stage) => "lab:" + stage.ToString().ToLowerInvariant();

    private static string Log(LabStage stage) => $"log prefix \"{Prefix(stage)}\" group {LogGroup}";
}
