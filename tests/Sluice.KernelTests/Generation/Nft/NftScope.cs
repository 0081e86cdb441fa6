using Sluice.Netfilter.Rules;

namespace Sluice.KernelTests.Generation.Nft;

/// <summary>From where a chain is called: the kernel takes some statements only there.</summary>
/// <param name="IsNat">Whether from nat chains.</param>
/// <param name="Hook">The hook; null for several, where only what all allow may stand.</param>
internal readonly record struct NftScope(bool IsNat, Hook? Hook)
{
    /// <summary>Whether a chain of this scope may be called from one of another.</summary>
    public bool MayBeCalledFrom(NftScope caller) => Hook is null ? !IsNat || caller.IsNat : this == caller;

    public bool MayReject => Hook is { } hook && hook != Netfilter.Rules.Hook.Postrouting;

    public bool MayTranslateDestination => IsNat && Hook is Netfilter.Rules.Hook.Prerouting or Netfilter.Rules.Hook.Output;

    public bool MayTranslateSource => IsNat && Hook is Netfilter.Rules.Hook.Postrouting or Netfilter.Rules.Hook.Input;
}
