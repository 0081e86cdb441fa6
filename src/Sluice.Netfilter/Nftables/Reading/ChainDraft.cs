using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>A chain of nftables while it is being read.</summary>
internal sealed class ChainDraft(string name, SourceSpan source)
{
    private SourceSpan? _cut;

    public string Name => name;

    public SourceSpan Source => source;

    public BaseChain? Base { get; set; }

    public DeviceHook? Device { get; set; }

    public string? Comment { get; set; }

    public List<Rule> Rules { get; } = [];

    /// <summary>Rules behind those read are missing: the dump ends here.</summary>
    public void Cut(SourceSpan where) => _cut = where;

    public Chain Build() => new(name, Base, Rules.ToEquatableArray())
    {
        Source = source,
        Device = Device,
        Comment = Comment,
        Gaps = _cut is { } cut ? [new ChainGap(Rules.Count, cut)] : default,
    };
}
