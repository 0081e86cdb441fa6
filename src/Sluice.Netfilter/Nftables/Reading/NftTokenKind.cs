namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>What a token of nft's language is.</summary>
internal enum NftTokenKind
{
    /// <summary>The text ends here.</summary>
    End,

    /// <summary>A line break or semicolon.</summary>
    Separator,

    /// <summary>A keyword, name, number or address.</summary>
    Word,

    /// <summary>A text in quotes; they are no part of it.</summary>
    Quoted,

    /// <summary>A set's name, or a header, behind <c>@</c>, which is no part of it.</summary>
    Reference,

    /// <summary>A variable that is not defined.</summary>
    Variable,

    /// <summary>A sign or two.</summary>
    Sign,

    /// <summary>An expression of JSON that has no words in nft's language.</summary>
    Foreign,
}
