using System.Diagnostics;
using System.Globalization;
using System.Text;
using Sluice.Netfilter;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Text;
using Sluice.Tests.Ipsets;
using Sluice.Tests.Ipvs;
using Xunit;

namespace Sluice.Tests.Fuzzing;

/// <summary>
/// No dump of ipset or ipvsadm, however spoilt, crashes or hangs its readers or the writers, and what was read reads back, but for sets and
/// servers that are hopelessly spoilt. SLUICE_FUZZ is the number of inputs, SLUICE_SEED the first seed; a failure names the seed, which makes the
/// input again.
/// </summary>
public sealed class SetFuzzTests(ITestOutputHelper output)
{
    private static readonly int s_count = int.Parse(Environment.GetEnvironmentVariable("SLUICE_FUZZ") ?? "100000", CultureInfo.InvariantCulture);
    private static readonly int s_seed = int.Parse(Environment.GetEnvironmentVariable("SLUICE_SEED") ?? "1", CultureInfo.InvariantCulture);

    private static readonly string[] s_tokens =
    [
        "\ncreate x hash:ip,port,net family inet6\n", "\nadd x ", " timeout ", " comment \"", " nomatch", " -exist", "hash:", "bitmap:port range 0-65535", "list:set", ",tcp:", ",icmp:", "0.0.0.0/0", "::/0",
        "0.0.0.0-255.255.255.255", "tcp:0-65535", "physdev:", "\nName: x\n", "\nType: hash:ip\n", "\nMembers:\n", "\nNumber of entries: 9\n", "<ipset name=\"x\">", "<member><elem>", "</comment>", "</", "<",
        "\n-A -t ", "\n-a -t ", "-f -1 -6", " -r ", " -M 0.0.0.0", " -p", " -b sh-port,flag-3", " --tun-type gue", "\nTCP  ", "\nFWM  ", "\n  -> ", "Masq", "persistent", " mask ", "IP Virtual Server version ", "[fd00::1]:80", "\nipvsadm -A ", "\n$ ipset add ",
    ];

    private int _sets;
    private int _servers;
    private int _notes;
    private int _problems;

    [Fact]
    public void No_input_crashes_or_hangs_a_reader_or_a_writer()
    {
        var folders = new[] { "ipset", "ipvs" }.SelectMany(f => Directory.GetFiles(Path.Combine(Fixture.Folder, f))).Order(StringComparer.Ordinal);
        var mutator = new Mutator([.. folders.Select(File.ReadAllBytes)], s_tokens);
        var (slowest, slowestSeed, odd) = (TimeSpan.Zero, 0, new List<string>());
        var begun = Stopwatch.GetTimestamp();
        for (var seed = s_seed; seed < s_seed + s_count; seed++)
        {
            var input = mutator.Make(seed);
            var start = Stopwatch.GetTimestamp();
            try
            {
                if (One(input) is { } difference)
                {
                    odd.Add($"seed {seed}: {difference}");
                }
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {e.Message}\n{Encoding.UTF8.GetString(input)}", e);
            }

            var took = Stopwatch.GetElapsedTime(start);
            (slowest, slowestSeed) = took > slowest ? (took, seed) : (slowest, slowestSeed);
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{s_count} inputs from seed {s_seed} in {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s: {_sets} sets, {_servers} virtual servers, {_notes} notes, {_problems} refused; {odd.Count} read back otherwise than written; slowest {slowest.TotalMilliseconds:F1} ms (seed {slowestSeed})"));
        Assert.True(slowest < TimeSpan.FromSeconds(5), $"seed {slowestSeed} took {slowest}");
        Assert.True(odd.Count <= 1 + (s_count / 500), $"{odd.Count} inputs do not read back, for example\n{string.Join('\n', odd.Take(10))}");
        Assert.True(_sets > s_count && _servers > s_count, "hardly anything was read: the inputs are too wild to test much");
    }

    // What lacks entries was cut, and its writer writes what is there; quotes, which ipset does not take in comments, are written otherwise.
    private static IpSet Written(IpSet set) => set with
    {
        LacksEntries = false,
        Entries = [.. set.Entries.ToArray().Select(e => e with { Comment = e.Comment?.Replace('"', '\'') })],
    };

    // Why what was read does not read back; null when it does.
    private string? One(byte[] input)
    {
        var read = SnapshotReader.Read([new SourceText("fuzz", input)]);
        var (sets, servers) = (read.Snapshot.Ipsets, read.Snapshot.Ipvs);
        _sets += sets?.Sets.Count ?? 0;
        _servers += servers?.Servers.Count ?? 0;
        _notes += read.Notes.Count;
        _problems += read.Problems.Count;
        string? difference = null;
        if (sets is { Sets.Count: > 0 })
        {
            difference = SetDumps.Difference(new IpSetTable([.. sets.Sets.ToArray().Select(Written)]), SetDumps.Read(SetDumps.Write(sets)).Snapshot.Ipsets);
        }

        return difference ?? (servers is { Servers.Count: > 0 } ? ServerDumps.Difference(servers, ServerDumps.Read(ServerDumps.Write(servers)).Snapshot.Ipvs) : null);
    }
}
