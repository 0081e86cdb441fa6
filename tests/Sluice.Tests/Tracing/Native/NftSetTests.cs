using System.Diagnostics;
using Sluice.Netfilter.Rules.Sets;
using Xunit;

namespace Sluice.Tests.Tracing.Native;

/// <summary>Finding elements of sets.</summary>
public sealed class NftSetTests
{
    private static readonly NftKeyType s_addressType = new([NftType.IPv4Address]);
    private static readonly NftKeyType s_pairType = new([NftType.IPv4Address, NftType.InetService, NftType.IPv4Address]);

    [Fact]
    public void A_key_finds_its_element_a_range_and_else_the_one_for_all()
    {
        var set = Nft.Set(
            "s",
            s_addressType,
            Nft.Element(Nft.Address("10.0.0.1")),
            Nft.Range(Nft.Address("10.0.1.0"), Nft.Address("10.0.1.255")),
            new SetElement(default, default) { IsCatchAll = true });

        Assert.Equal("10.0.0.1", Found(set, "10.0.0.1"));
        Assert.Equal("10.0.1.0", Found(set, "10.0.1.0"));
        Assert.Equal("10.0.1.0", Found(set, "10.0.1.255"));
        Assert.Equal("*", Found(set, "10.0.2.0"));
    }

    [Fact]
    public void Parts_of_a_concatenation_are_compared_each_on_its_own()
    {
        var range = Nft.Range(
            Nft.Key(Nft.Address("10.0.0.0"), Nft.Port(80), Nft.Address("192.168.0.0")),
            Nft.Key(Nft.Address("10.0.0.255"), Nft.Port(80), Nft.Address("192.168.255.255")));
        var set = Nft.Set("s", s_pairType, range);

        Assert.NotNull(set.Find(Nft.Key(Nft.Address("10.0.0.7"), Nft.Port(80), Nft.Address("192.168.3.4"))));
        Assert.Null(set.Find(Nft.Key(Nft.Address("10.0.0.7"), Nft.Port(81), Nft.Address("192.168.3.4"))));
        Assert.Null(set.Find(Nft.Key(Nft.Address("10.0.0.7"), Nft.Port(80), Nft.Address("192.169.0.0"))));
        Assert.Null(set.Find(Nft.Key(Nft.Address("10.0.1.0"), Nft.Port(80), Nft.Address("192.168.3.4"))));
    }

    [Fact]
    public void Random_sets_answer_as_a_look_at_every_element_does()
    {
        const int Seed = 4;
        var random = new Random(Seed);
        for (var round = 0; round < 200; round++)
        {
            var elements = Enumerable.Range(0, random.Next(1, 20)).Select(_ => Random(random)).ToArray();
            var set = Nft.Set("s", s_pairType, elements);
            for (var i = 0; i < 50; i++)
            {
                var key = Random(random).First;
                Assert.True((set.Find(key) is not null) == elements.Any(e => Holds(e, key)), $"seed {Seed}, round {round}, key {key}");
            }
        }
    }

    [Fact]
    public void A_hundred_thousand_ranges_answer_at_once()
    {
        var elements = Enumerable.Range(0, 100_000).Select(i => Nft.Range(
            Nft.Key(NftValue.Of(0x0a600000u + (ulong)(i / 10), 32), Nft.Port(80), NftValue.Of((ulong)(i % 10) << 8, 32)),
            Nft.Key(NftValue.Of(0x0a600000u + (ulong)(i / 10), 32), Nft.Port(80), NftValue.Of(((ulong)(i % 10) << 8) | 0x7f, 32))));
        var set = Nft.Set("s", s_pairType, [.. elements]);
        Assert.NotNull(set.Find(Nft.Key(NftValue.Of(0x0a600000u, 32), Nft.Port(80), Nft.Word(5))));

        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 10_000; i++)
        {
            Assert.NotNull(set.Find(Nft.Key(NftValue.Of(0x0a600000u + (ulong)i, 32), Nft.Port(80), Nft.Word(0x905))));
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"10,000 look-ups took {watch.Elapsed}");
    }

    private static string Found(NftSet set, string address) =>
        set.Find(Nft.Address(address)) is { } element ? element.IsCatchAll ? "*" : element.First.ToAddress().ToString()! : "nothing";

    private static bool Holds(SetElement element, NftValue key)
    {
        for (var at = 0; at < key.Length; at += 4)
        {
            var part = key.Slice(at, 4);
            if (part < element.First.Slice(at, 4) || part > element.Last.Slice(at, 4))
            {
                return false;
            }
        }

        return true;
    }

    private static SetElement Random(Random random)
    {
        NftValue[] first = [NftValue.Of((ulong)random.Next(4), 32), NftValue.Of((ulong)random.Next(3), 16), NftValue.Of((ulong)random.Next(6), 32)];
        NftValue[] last = [.. first.Select(p => random.Next(2) == 0 ? p : NftValue.Of(p.ToNumber() + (ulong)random.Next(3), p.Length * 8))];
        return Nft.Range(NftValue.Concat(first), NftValue.Concat(last));
    }
}
