using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>Reads the verdicts that rules and maps share.</summary>
internal sealed class VerdictReader(NftTokens tokens, StringCache strings)
{
    /// <summary>Reads a verdict; null when there is none, and then nothing is taken unless a chain's name is missing.</summary>
    public Verdict? Read()
    {
        if (tokens.TryTake("accept"u8))
        {
            return Verdict.Accept.Instance;
        }

        if (tokens.TryTake("drop"u8))
        {
            return Verdict.Drop.Instance;
        }

        if (tokens.TryTake("return"u8))
        {
            return Verdict.Return.Instance;
        }

        if (tokens.TryTake("continue"u8))
        {
            return Verdict.Continue.Instance;
        }

        if (tokens.TryTake("goto"u8))
        {
            return tokens.TakeText() is { } chain ? strings.Goto(chain) : null;
        }

        return tokens.TryTake("jump"u8) && tokens.TakeText() is { } called ? strings.Jump(called) : null;
    }
}
