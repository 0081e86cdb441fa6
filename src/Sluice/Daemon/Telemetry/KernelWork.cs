namespace Sluice.Daemon.Telemetry;

/// <summary>What a sync had the kernel do.</summary>
/// <param name="Read">How long reading took.</param>
/// <param name="Sent">How long writing took, until the kernel or its tool had answered.</param>
/// <param name="Chains">How many chains the kernel took: made, emptied or removed.</param>
/// <param name="Rules">In iptables and IPVS mode, how many rules, by table.</param>
/// <param name="Elements">In nftables mode, how many elements; in IPVS mode, how many entries of sets, servers and addresses.</param>
internal readonly record struct KernelWork(TimeSpan Read, TimeSpan Sent, int Chains, IReadOnlyDictionary<string, int> Rules, int Elements);
