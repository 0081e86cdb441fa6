using System.Globalization;
using System.Text;

namespace Sluice.KernelTests.Generation.Nft;

/// <summary>Writes the named sets and maps of a table. Every table has each of them, under the same names.</summary>
internal sealed class NftSetGenerator(Random random, NftNames names)
{
    private readonly AddressPool _pool = AddressPool.Of(names.Family);

    /// <summary>The sets as text; the verdict map leads to the given chains.</summary>
    public string Write(IReadOnlyList<string> chains)
    {
        var text = new StringBuilder();
        var type = names.AddressType;
        Add(text, $"set addresses {{ type {type}", Some(_pool.All).Select(a => a.ToString()));
        Add(text, $"set networks {{ type {type}; flags interval; auto-merge", Some(_pool.Networks).Select(n => n.ToString()));
        Add(text, $"set ports {{ type inet_service; flags interval", Some(["1-100", "443", "8000-9000", "30000-32767"]));
        Add(text, $"set vips {{ type {type} . inet_proto . inet_service", Vips());
        Add(text, $"set sources {{ type {type} . inet_service . {type}; flags interval", Some(_pool.Services).Select(s => $"{s} . {random.Pick(["80", "1-500", "0-65535"])} . {random.Pick(_pool.Networks)}"));
        Add(text, $"map marks {{ type {type} : mark", Some(_pool.All).Select(a => $"{a} : 0x{random.Pick(AddressPool.Marks):x}"));
        Add(text, $"map targets {{ type {type} . inet_proto . inet_service : {type} . inet_service", Vips().Select(v => $"{v} : {random.Pick(_pool.Pods)} . {random.Pick(AddressPool.Ports)}"));
        Add(text, $"map services {{ type {type} . inet_proto . inet_service : verdict", Vips().Select(v => $"{v} : {Verdict(chains)}"));
        text.Append(CultureInfo.InvariantCulture, $"  set seen {{ type {type}; flags dynamic,timeout; timeout 1h; size 1000; }}\n");
        return text.ToString();
    }

    private string Verdict(IReadOnlyList<string> chains) => chains.Count > 0 && random.Chance(0.7)
        ? $"{random.Pick(["jump", "goto"])} {random.Pick(chains)}"
        : random.Pick(["accept", "drop", "return", "continue"]);

    private IEnumerable<string> Vips() => Some([.. from address in _pool.Services.Concat(_pool.Pods)
                                                   from protocol in (string[])["tcp", "udp"]
                                                   from port in AddressPool.Ports.Take(3)
                                                   select $"{address} . {protocol} . {port}"]);

    private IEnumerable<T> Some<T>(IReadOnlyList<T> items) => items.Where(_ => random.Chance(0.6));

    private static void Add(StringBuilder text, string head, IEnumerable<string> elements)
    {
        var all = string.Join(", ", elements);
        text.Append("  ").Append(head).Append("; ").Append(all.Length == 0 ? "" : $"elements = {{ {all} }}; ").Append("}\n");
    }
}
