using Sluice.Netfilter.Routing;
using Xunit;

namespace Sluice.Tests.Routing;

/// <summary>Each form of an output says the same: the JSON of the same moment is the oracle of the plain text.</summary>
public sealed class PlainAndJsonTests
{
    [Theory]
    [InlineData("node", "addr.txt")]
    [InlineData("node", "addr-d.txt")]
    [InlineData("node", "addr-s.txt")]
    [InlineData("node", "addr-4.txt", "link.txt", "addr-6.txt")]
    [InlineData("wireguard", "addr.txt")]
    [InlineData("wireguard", "addr-d.txt")]
    [InlineData("wireguard", "addr-s.txt")]
    public void Plain_addresses_say_what_the_json_says(string node, params string[] names)
    {
        var plain = GoldenOutputs.Read(node, names);
        var json = GoldenOutputs.Read(node, "addr.json");

        Assert.Empty(plain.Notes);
        Assert.Empty(json.Notes);
        Same(ByIndex(json), ByIndex(plain));
    }

    [Theory]
    [InlineData("node")]
    [InlineData("wireguard")]
    public void One_line_addresses_say_what_the_json_says_of_addresses(string node)
    {
        var plain = GoldenOutputs.Read(node, "addr-o.txt");
        var json = ByIndex(GoldenOutputs.Read(node, "addr.json")).Where(i => i.Addresses.Count > 0)
            .Select(i => i with { IsUp = true, Master = null });

        Assert.Empty(plain.Notes);
        Same(json, plain.Interfaces!.Interfaces);
    }

    [Theory]
    [InlineData("node")]
    [InlineData("wireguard")]
    public void Brief_addresses_have_the_addresses_of_the_json(string node)
    {
        var plain = GoldenOutputs.Read(node, "addr-br.txt");
        var json = GoldenOutputs.Read(node, "addr.json");

        Assert.Empty(plain.Notes);
        Same(Brief(json), Brief(plain));
    }

    [Theory]
    [InlineData("node")]
    [InlineData("wireguard")]
    public void A_brief_listing_takes_nothing_away_from_a_full_one(string node) =>
        Same(GoldenOutputs.Read(node, "addr.txt").Interfaces!.Interfaces, GoldenOutputs.Read(node, "addr.txt", "addr-br.txt").Interfaces!.Interfaces);

    [Theory]
    [InlineData("node", "route-all.json", "route-all.txt")]
    [InlineData("node", "route-all.json", "route-N.txt")]
    [InlineData("node", "route-all.json", "route-do.txt")]
    [InlineData("node", "route-all.json", "route-all-p.json")]
    [InlineData("node", "route.json", "route.txt")]
    [InlineData("node", "route.json", "route-d.txt")]
    [InlineData("node", "route6.json", "route6.txt")]
    [InlineData("node", "route-all.json", "route4-all.txt", "route6-all.txt")]
    [InlineData("wireguard", "route-all.json", "route-all.txt")]
    [InlineData("wireguard", "route-all.json", "route-N.txt")]
    [InlineData("wireguard", "route-all.json", "route-do.txt")]
    [InlineData("wireguard", "route-all.json", "route-all-p.json")]
    [InlineData("wireguard", "route.json", "route.txt")]
    [InlineData("wireguard", "route.json", "route-d.txt")]
    [InlineData("wireguard", "route6.json", "route6.txt")]
    [InlineData("wireguard", "route-all.json", "route4-all.txt", "route6-all.txt")]
    public void Plain_routes_say_what_the_json_says(string node, string json, params string[] names)
    {
        var plain = GoldenOutputs.Read(node, names);
        var oracle = GoldenOutputs.Read(node, json);

        Assert.Empty(plain.Notes);
        Assert.Empty(oracle.Notes);
        Same(oracle.Routing!.Routes, plain.Routing!.Routes);
    }

    [Theory]
    [InlineData("node", "rule.json", "rule.txt")]
    [InlineData("node", "rule.json", "rule-d.txt")]
    [InlineData("node", "rule6.json", "rule6.txt")]
    [InlineData("wireguard", "rule.json", "rule.txt")]
    [InlineData("wireguard", "rule.json", "rule-N.txt")]
    [InlineData("wireguard", "rule6.json", "rule6.txt")]
    public void Plain_rules_say_what_the_json_says(string node, string json, params string[] names)
    {
        var plain = GoldenOutputs.Read(node, names);
        var oracle = GoldenOutputs.Read(node, json);

        Assert.Empty(plain.Notes);
        Assert.Empty(oracle.Notes);
        Same(oracle.Routing!.Rules, plain.Routing!.Rules);
    }

    [Theory]
    [InlineData("node")]
    [InlineData("wireguard")]
    public void Routes_and_rules_read_back_from_their_own_text(string node)
    {
        var read = GoldenOutputs.Read(node, "route-all.txt", "rule.txt", "rule6.txt").Routing!;
        var text = string.Join('\n', read.Routes.Select(r => r.ToString()).Concat(read.Rules.Select(r => r.ToString())));

        var again = GoldenOutputs.ReadText(text);

        Assert.True(again.Notes.Count == 0, string.Join('\n', again.Notes));
        Same(read.Routes, again.Routing!.Routes);
        Same(read.Rules, again.Routing.Rules);
    }

    [Theory]
    [InlineData("node")]
    [InlineData("wireguard")]
    public void Everything_in_one_file_is_the_sum_of_its_parts(string node)
    {
        string[] names = ["addr.txt", "rule.txt", "route-all.txt", "rule6.txt"];
        var all = GoldenOutputs.Read(node, names);

        Same(GoldenOutputs.Read(node, "addr.json").Interfaces!.Interfaces, all.Interfaces!.Interfaces);
        Same(GoldenOutputs.Read(node, "route-all.json").Routing!.Routes, all.Routing!.Routes);
        Same(GoldenOutputs.Read(node, "rule.json", "rule6.json").Routing!.Rules, all.Routing.Rules);
    }

    private static IEnumerable<NetInterface> ByIndex(RoutingReading reading) =>
        reading.Interfaces!.Interfaces.OrderBy(i => i.Index)
            .Select(i => i with { Addresses = [.. i.Addresses.OrderBy(a => a.Address.Family)] });

    private static IEnumerable<string> Brief(RoutingReading reading) =>
        reading.Interfaces!.Interfaces.Select(i => $"{i.Name}: {string.Join(' ', i.Addresses.Select(a => $"{a.Address} {a.Network}"))}");

    private static void Same<T>(IEnumerable<T> expected, IEnumerable<T> actual)
    {
        var (wanted, found) = (expected.ToList(), actual.ToList());
        var lines = wanted.Except(found).Select(e => $"- {Show(e)}").Concat(found.Except(wanted).Select(a => $"+ {Show(a)}"));
        Assert.True(wanted.SequenceEqual(found), $"{wanted.Count} wanted, {found.Count} found\n{string.Join('\n', lines)}");
        Assert.NotEmpty(found);
    }

    private static string Show<T>(T item) => item is NetInterface i ? $"{i} {string.Join(", ", i.Addresses)}" : $"{item}";
}
