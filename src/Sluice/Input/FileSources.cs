using Sluice.Demo;
using Sluice.Netfilter.Text;

namespace Sluice.Input;

/// <summary>Reads files, directories and standard input.</summary>
internal static class FileSources
{
    /// <summary>The content of all paths, in order.</summary>
    public static Sources Read(IReadOnlyList<string> paths, CommandIO io)
    {
        if (paths.Count(p => p == "-") > 1)
        {
            throw new CommandFailure("standard input (--file -) can be read only once");
        }

        var sources = new Sources();
        foreach (var path in paths)
        {
            if (path == "-")
            {
                sources.Add(new SourceText("-", ReadAll(io.Input)));
            }
            else if (path.StartsWith(Examples.Prefix, StringComparison.Ordinal))
            {
                Examples.Read(path, sources);
            }
            else if (Directory.Exists(path))
            {
                ReadDirectory(path, sources);
            }
            else
            {
                sources.Add(ReadFile(path));
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
            throw new CommandFailure(path.Length == 0 ? "--file needs a path, or - for standard input" : $"there is no file {path}");
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

    private static void ReadDirectory(string path, Sources sources)
    {
        var files = Directory.GetFiles(path).Where(f => Path.GetFileName(f)[0] != '.').Order(StringComparer.Ordinal).ToList();
        foreach (var file in files)
        {
            sources.AddOptional(ReadFile(file));
        }

        if (files.Count == 0)
        {
            throw new CommandFailure($"directory {path} holds no file: put there what iptables-save prints");
        }
    }

    private static byte[] ReadAll(Stream stream)
    {
        if (stream.CanSeek && stream.Length > 0)
        {
            // Pinned: a heap of its own, so that a large file neither takes the room of what is made of it nor is moved.
            var bytes = GC.AllocateUninitializedArray<byte>(checked((int)(stream.Length - stream.Position)), pinned: true);
            var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return count == bytes.Length ? bytes : bytes[..count];
        }

        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
