using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>Names and the verdicts that lead to them, each made once: maps lead to the same few chains again and again.</summary>
internal sealed class StringCache
{
    private readonly StringPool _pool = new();
    private readonly Dictionary<string, Verdict> _jumps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Verdict> _gotos = new(StringComparer.Ordinal);

    public string Get(ReadOnlySpan<byte> text) => _pool.Get(text);

    public Verdict Jump(string chain) => _jumps.TryGetValue(chain, out var known) ? known : _jumps[chain] = new Verdict.Jump(chain);

    public Verdict Goto(string chain) => _gotos.TryGetValue(chain, out var known) ? known : _gotos[chain] = new Verdict.Goto(chain);
}
