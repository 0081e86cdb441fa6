using Sluice.Dataplane.Planning.Nftables;
using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Xunit;

namespace Sluice.Tests.Planning.Nftables;

/// <summary>Slots: who has which, and how few change.</summary>
public sealed class SlotTests
{
    [Theory]
    [InlineData("a b c", "a b c", "a b c")]
    [InlineData("a b c", "c b a", "a b c")]
    [InlineData("a b c", "a x c", "a x c")]
    [InlineData("a b c", "a b c d", "a b c d")]
    [InlineData("a b c d", "b c d", "d b c")]
    [InlineData("a b c d", "a b c", "a b c")]
    [InlineData("a b c d", "c d", "c d")]
    [InlineData("a b c d", "x d", "d x")]
    [InlineData("a b", "", "")]
    [InlineData("", "a b", "a b")]
    [InlineData("a b", "a2 b", "a b a")]
    [InlineData("a a b", "a b2", "a b b")]
    [InlineData("a b", "a10 b20", "a b b")]
    [InlineData("a b", "a6 b6", "a b")]
    public void Who_stays_keeps_its_slot(string before, string wanted, string expected)
    {
        var slots = new SlotList();
        var assigner = new SlotAssigner();
        assigner.Assign(slots, Endpoints(before));
        assigner.Assign(slots, Endpoints(wanted));
        Assert.Equal(expected, string.Join(' ', slots.Span.ToArray().Select(e => (char)('a' + (int)e!.Address.Bits))));
    }

    [Fact]
    public void Every_endpoint_has_as_many_slots_as_its_share_whatever_was_before()
    {
        var random = new Random(7);
        var assigner = new SlotAssigner();
        var slots = new SlotList();
        for (var i = 0; i < 2000; i++)
        {
            var before = slots.Span.ToArray();
            var endpoints = Enumerable.Range(0, 12).Where(_ => random.Next(3) > 0).Select(n => Endpoint(n, 1 + random.Next(random.Next(4) + 1))).ToEquatableArray();
            assigner.Assign(slots, endpoints);
            var shares = slots.Span.ToArray().GroupBy(e => e!.Address).ToDictionary(g => g.Key, g => g.Count());
            Assert.Equal(endpoints.Count, shares.Count);
            Assert.All(endpoints, e => Assert.Equal(shares[endpoints[0].Address] * e.Weight, shares[e.Address] * endpoints[0].Weight));

            // As few slots of the common length differ as can: each list has only so many of an endpoint to leave where it is.
            var common = Math.Min(before.Length, slots.Count);
            var moved = Enumerable.Range(0, common).Count(s => !SlotAssigner.IsSame(before[s], slots.Span[s]));
            var after = slots.Span.ToArray();
            var kept = before.Take(common).GroupBy(e => e!.Address).Sum(g => Math.Min(g.Count(), after.Count(e => e!.Address == g.Key)));
            Assert.Equal(common - kept, moved);
        }
    }

    private static EquatableArray<Endpoint> Endpoints(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .GroupBy(w => w[0]).Select(g => Endpoint(g.Key - 'a', g.Sum(w => w.Length == 1 ? 1 : int.Parse(w[1..], System.Globalization.CultureInfo.InvariantCulture)))).ToEquatableArray();

    private static Endpoint Endpoint(int number, int weight) => new(NetAddress.V4((uint)number), 80) { Weight = weight };
}
