using System.Diagnostics;
using System.Globalization;
using Sluice.Daemon;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.Kubernetes.Intent;
using Sluice.Linux.Netlink.Nftables;
using Sluice.Net;

namespace Sluice.Benchmarks;

/// <summary>
/// The <c>nft-audit</c> verb: how long changes of one endpoint take while an audit looks for what others changed, and how long the audit's part takes
/// that they wait for; against a comparison of the whole table on their way.
/// </summary>
internal static class NftAuditCommand
{
    private const int Audits = 20;
    private const int WarmUp = 3;

    public static int Run(ReadOnlySpan<string> options) => ClusterVerb.Run("nft-audit", options, c => MeasureAsync(c.MakeIntent()));

    public static int Usage() => ClusterVerb.Usage("nft-audit");

    private static async Task MeasureAsync(ServiceIntent intent)
    {
        using var main = NftKernel.Open();
        using var second = NftKernel.Open();
        using var loose = NftKernel.Open();
        using var foreign = NftKernel.Open();
        loose.IsLoose = true;
        var kernel = new NftablesKernel(new Daemon.NftKernel(main, second, loose, intent.Family, NftOwnership.Anybody), new NftablesPlanOptions(intent.Family), new OwnWrites());
        Require(await kernel.CompareAsync(intent, CancellationToken.None));

        var (changes, surveys, mendings, comparisons) = (new NftSamples(100_000), new NftSamples(Audits), new NftSamples(Audits), new NftSamples(Audits));
        var names = intent.Ports.Select(p => p.Name.Service).Distinct().ToList();
        var (held, number) = (intent, 0);
        for (var audit = -WarmUp; audit < Audits; audit++)
        {
            Damage(foreign, intent.Family, audit);
            var start = Stopwatch.GetTimestamp();
            var survey = kernel.SurveyAsync(held, CancellationToken.None);
            for (; !survey.IsCompleted; number++)
            {
                var name = names[number % names.Count];
                var replaced = number / names.Count % 2 == 0;
                var newcomer = new NetAddress(NftChangeSide.Newcomer.Family, NftChangeSide.Newcomer.Bits + (UInt128)(number % names.Count) + 1);
                var next = held.With(name, replaced ? [.. intent.PortsOf(name).Select(p => NftChangeSide.Replace(p, newcomer))] : intent.PortsOf(name));
                var begin = Stopwatch.GetTimestamp();
                Require(await kernel.ChangeAsync(held, next, [name], CancellationToken.None));
                Add(changes, audit, begin);
                held = next;
                await Task.Delay(1);
            }

            Add(surveys, audit, start);
            start = Stopwatch.GetTimestamp();
            Require(await (await survey)(held, CancellationToken.None));
            Add(mendings, audit, start);
            start = Stopwatch.GetTimestamp();
            Require(await kernel.CompareAsync(held, CancellationToken.None));
            Add(comparisons, audit, start);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"audit {changes.Median:F0} {changes.Percentile(99):F0} {changes.Worst:F0} {mendings.Median:F0} # us for one endpoint during a survey p50, p99, worst, and for the mending that changes wait for p50; {changes.Count} changes during {surveys.Count} surveys of {surveys.Median / 1000:F0} ms; a comparison of everything took {comparisons.Median / 1000:F0} ms"));
    }

    // Somebody else's element, another each time.
    private static void Damage(NftConnection foreign, IPFamily family, int audit)
    {
        var layout = new NftablesLayout(new NftablesPlanOptions(family), NftCluster.Node);
        var transaction = layout.NewTransaction();
        var element = new Netfilter.Nftables.Changes.ElementChange { Set = layout.IndexOf(TableSet.ClusterIPs) };
        element.SizeKey(4);
        ((byte[])[198, 51, 100, (byte)audit]).CopyTo(element.Key);
        transaction.Elements.Add(element);
        if (foreign.Commit(transaction) is not NftCommitResult.Ok)
        {
            throw new InvalidOperationException("the foreign change was refused");
        }
    }

    private static void Add(NftSamples samples, int audit, long start)
    {
        if (audit >= 0)
        {
            samples.Add(Stopwatch.GetElapsedTime(start));
        }
    }

    private static void Require(WriteResult result)
    {
        if (result.Status != WriteStatus.Done)
        {
            throw new InvalidOperationException(result.Problem);
        }
    }
}
