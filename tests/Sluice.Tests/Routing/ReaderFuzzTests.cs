using System.Diagnostics;
using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Routing;
using Sluice.Netfilter.Text;
using Xunit;

namespace Sluice.Tests.Routing;

/// <summary>No input may crash a reader, or a lookup in what it read, or keep it busy.</summary>
public sealed class ReaderFuzzTests(ITestOutputHelper output)
{
    private const int Mutations = 20_000;
    private const int Seed = 20250;

    private static readonly string[] s_words =
    [
        "default", "via", "dev", "inet", "inet6", "nexthop", "table", "metric", "4294967296", "-1", "/129", "/33", "::", "0.0.0.0/0", "\\",
        "[{", "}]", "\"dst\":", "null", "\"\\uD800\"", "from", "all", "not", "goto", "lookup", "32766:\t", "peer", "scope", "\n", "\t", "\0", "é", "\r\n",
    ];

    [Fact]
    public void Mutated_outputs_are_read_without_exception_and_promptly()
    {
        var random = new Random(Seed);
        var originals = GoldenOutputs.Nodes.SelectMany(n => Directory.GetFiles(Path.Combine(GoldenOutputs.Folder, n)).Order(StringComparer.Ordinal))
            .Select(File.ReadAllBytes).Select(b => b[..Math.Min(b.Length, 6000)]).ToArray();
        NetAddress[] destinations = [GoldenOutputs.A("10.0.0.77"), GoldenOutputs.A("8.8.4.4"), GoldenOutputs.A("2001:db8:77::1"), GoldenOutputs.A("fe80::1")];
        var (notes, slowest) = (0, TimeSpan.Zero);
        for (var i = 0; i < Mutations; i++)
        {
            var text = Mutate(originals[random.Next(originals.Length)], random);
            var start = Stopwatch.GetTimestamp();
            try
            {
                var reading = RoutingReader.Read(new SourceText("mutated", text));
                notes += reading.Notes.Count;
                var destination = destinations[random.Next(destinations.Length)];
                (reading.Routing ?? RoutingTables.Empty).Lookup(new RouteQuery(destination) { Interfaces = reading.Interfaces, Mark = (uint)random.Next() });
                _ = reading.Interfaces?.SelectSource("eth0", destination);
                _ = string.Concat(reading.Routing?.Routes.Select(r => r.ToString()) ?? []);
            }
            catch (Exception e)
            {
                Assert.Fail($"mutation {i} of seed {Seed}: {e}\n{Encoding.UTF8.GetString(text)}");
            }

            var took = Stopwatch.GetElapsedTime(start);
            slowest = took > slowest ? took : slowest;
        }

        output.WriteLine($"{Mutations} mutated outputs, {notes} notes, slowest {slowest.TotalMilliseconds:0.0} ms");
        Assert.True(slowest < TimeSpan.FromSeconds(2), $"one took {slowest}");
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var changes = random.Next(1, 9); changes > 0 && bytes.Count > 0; changes--)
        {
            var place = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[place] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(place, random.Next(Math.Min(40, bytes.Count - place)));
                    break;
                case 2:
                    bytes.InsertRange(place, Encoding.UTF8.GetBytes(s_words[random.Next(s_words.Length)] + " "));
                    break;
                case 3:
                    bytes.InsertRange(place, bytes.GetRange(place, random.Next(Math.Min(200, bytes.Count - place))));
                    break;
                case 4:
                    bytes.RemoveRange(place, bytes.Count - place);
                    break;
                default:
                    bytes[place] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }

        return [.. bytes];
    }
}
