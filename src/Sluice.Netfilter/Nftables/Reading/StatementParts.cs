namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>The readers of what statements are made of, over the same tokens.</summary>
internal sealed class StatementParts
{
    public StatementParts(NftTokens tokens, StringCache strings, TableScope scope)
    {
        Values = new ValueReader(tokens);
        Verdicts = new VerdictReader(tokens, strings);
        Conditions = new ConditionReader(tokens);
        Logs = new LogReader(tokens);
        Elements = new SetElementReader(tokens, Values, Verdicts, Conditions);
        Sets = new SetReferenceReader(tokens, Elements, strings);
        Expressions = new ExpressionReader(tokens, Values, strings, scope);
        Givens = new ConstantOrMapReader(tokens, Values, Expressions, Sets);
        Comparisons = new ComparisonReader(tokens, Values, Expressions, Sets, strings);
        Nat = new NatReader(tokens, Values, Givens, scope);
        Changes = new SetChangeReader(tokens, Expressions, Givens, Conditions, scope);
    }

    public ValueReader Values { get; }

    public VerdictReader Verdicts { get; }

    public ConditionReader Conditions { get; }

    public LogReader Logs { get; }

    public SetElementReader Elements { get; }

    public SetReferenceReader Sets { get; }

    public ExpressionReader Expressions { get; }

    public ConstantOrMapReader Givens { get; }

    public ComparisonReader Comparisons { get; }

    public NatReader Nat { get; }

    public SetChangeReader Changes { get; }
}
