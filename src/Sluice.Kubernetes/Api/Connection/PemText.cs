using System.Text;

namespace Sluice.Kubernetes.Api.Connection;

/// <summary>Certificates or a key as PEM, from where a configuration says.</summary>
public abstract record PemText
{
    private PemText()
    {
    }

    /// <summary>The text itself.</summary>
    /// <param name="Text">PEM.</param>
    /// <param name="Field">The field that holds it, for messages.</param>
    public sealed record Inline(string Text, string Field) : PemText;

    /// <summary>A file, which is renewed there.</summary>
    /// <param name="Path">The file.</param>
    public sealed record InFile(string Path) : PemText;

    /// <summary>What to call it in messages.</summary>
    internal string Name => this is InFile file ? file.Path : ((Inline)this).Field;

    /// <summary>Tells its content from the next without reading it.</summary>
    internal FileStamp Stamp => this is InFile file ? FileStamp.Of(file.Path) : default;

    /// <summary>Reads it.</summary>
    /// <exception cref="ApiFault">The file cannot be read.</exception>
    internal string Read()
    {
        if (this is Inline inline)
        {
            return inline.Text;
        }

        try
        {
            return File.ReadAllText(Name, Encoding.UTF8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ApiFault(ApiFaultKind.Failed, $"{Name} cannot be read: {Json.Shown.Complaint(e.Message)}", e);
        }
    }
}
