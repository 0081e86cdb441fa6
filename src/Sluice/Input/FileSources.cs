using Sluice.Netfilter.Text;

namespace Sluice.Input;

/// <summary>Reads files, directories and standard input.</summary>
internal static class FileSources
{
    private const int Sniff = 8192;

    /// <summary>The content of all paths, in order.</summary>
    public static IReadOnlyList<SourceText> Read(IReadOnlyList<string> paths, CommandIO io)
    {
        if (paths.Count(p => p == "-") > 1)
        {
            throw new CommandFailure("standard input (--file -) can be read only once");
        }

        var sources = new List<SourceText>();
        foreach (var path in paths)
        {
            if (path == "-")
            {
                sources.Add(Check(new SourceText("-", ReadAll(io.Input)), "standard input"));
            }
            else if (Directory.Exists(path))
            {
                ReadDirectory(path, sources);
            }
            else
            {
                sources.Add(Check(ReadFile(path), path));
            }
        }

        return sources;
    }

    /// <summary>A file, or a failure that says what is wrong with it.</summary>
    public static SourceText ReadFile(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            return new SourceText(path, ReadAll(stream));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or ArgumentException)
        {
            throw new CommandFailure($"there is no file {path}");
        }
        catch (UnauthorizedAccessException)
        {
            throw new CommandFailure($"{path} may not be read by this user: try sudo, or a copy of it");
        }
        catch (IOException e)
        {
            throw new CommandFailure($"{path} cannot be read: {e.Message}");
        }
    }

    private static void ReadDirectory(string path, List<SourceText> sources)
    {
        var files = Directory.GetFiles(path).Where(f => Path.GetFileName(f)[0] != '.').Order(StringComparer.Ordinal).ToList();
        var count = sources.Count;
        sources.AddRange(files.Select(ReadFile).Where(s => Problem(s) is null));
        if (sources.Count == count)
        {
            throw new CommandFailure($"directory {path} holds no text file");
        }
    }

    private static SourceText Check(SourceText source, string name) =>
        Problem(source) is { } problem ? throw new CommandFailure($"{name} {problem}") : source;

    private static string? Problem(SourceText source)
    {
        var bytes = source.Bytes.Span;
        return bytes.IsEmpty ? "is empty: give the output of iptables-save"
            : bytes.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) ? "is compressed: unpack it first (gunzip)"
            : bytes[..Math.Min(Sniff, bytes.Length)].Contains((byte)0) ? "is a binary file: give the output of iptables-save"
            : null;
    }

    private static byte[] ReadAll(Stream stream)
    {
        if (stream.CanSeek && stream.Length > 0)
        {
            var bytes = new byte[stream.Length - stream.Position];
            var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return count == bytes.Length ? bytes : bytes[..count];
        }

        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
