using Sluice.Netfilter.Rules.Sets;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>A named set while it is being read.</summary>
internal sealed class SetDraft(string name, SourceSpan source)
{
    private NftKeyType? _key;
    private NftKeyType? _data;

    public string Name => name;

    public SourceSpan Source => source;

    /// <summary>The type of its keys; null while it is not said, or not understood. The elements that were read have it: it stays then.</summary>
    public NftKeyType? Key
    {
        get => _key;
        set => _key = Elements.Count == 0 ? value : _key;
    }

    /// <summary>The type of what the keys stand for; null in a set. It stays like <see cref="Key"/>.</summary>
    public NftKeyType? Data
    {
        get => _data;
        set => _data = Elements.Count == 0 ? value : _data;
    }

    public NftSetFlags Flags { get; set; }

    public TimeSpan? Timeout { get; set; }

    public TimeSpan? GcInterval { get; set; }

    public uint? Size { get; set; }

    public bool AutoMerge { get; set; }

    public string? Comment { get; set; }

    public bool HasCounters { get; set; }

    public string? ElementStatement { get; set; }

    public List<SetElement> Elements { get; } = [];

    /// <summary>The set; null when the type of its keys is not known.</summary>
    public NftSet? Build() => Key is null ? null : new NftSet(name, Key, SetElementReader.Sorted(Elements))
    {
        Data = Data,
        Flags = Flags,
        Timeout = Timeout,
        GcInterval = GcInterval,
        Size = Size,
        AutoMerge = AutoMerge,
        Comment = Comment,
        HasCounters = HasCounters,
        ElementStatement = ElementStatement,
        Source = source,
    };
}
