namespace Sluice.Kubernetes.Api;

/// <summary>How a user of the API says who it is.</summary>
public abstract record ApiCredential
{
    private ApiCredential()
    {
    }

    /// <summary>Not at all, or by its certificate.</summary>
    public sealed record None : ApiCredential;

    /// <summary>With a bearer token.</summary>
    public sealed record Token(string Value) : ApiCredential;

    /// <summary>With a bearer token in a file, which is renewed there.</summary>
    public sealed record TokenFile(string Path) : ApiCredential;

    /// <summary>With a name and a password (HTTP basic).</summary>
    public sealed record Password(string User, string Value) : ApiCredential;

    /// <summary>With what a plugin says.</summary>
    public sealed record Plugin(ExecPlugin Program) : ApiCredential;
}
