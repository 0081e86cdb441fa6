using Sluice.Kubernetes.Json;
using Sluice.Kubernetes.Objects;

namespace Sluice.Kubernetes.Manifests;

/// <summary>Reads all manifests of a file or folder once.</summary>
public static class ManifestFolder
{
    /// <summary>
    /// Reads a file, or what is in a folder and below it (<c>*.yaml</c>, <c>*.yml</c>, <c>*.json</c>; no names that begin with a dot).
    /// An object given twice counts as given last, in order of paths; that is a problem too.
    /// </summary>
    /// <param name="path">The file or folder.</param>
    public static ManifestContent Read(string path)
    {
        var reader = new ManifestReader();
        var problems = new List<ManifestProblem>();
        var objects = new Dictionary<ObjectKey, (ClusterObject Object, string File)>();
        var isWhole = true;
        IReadOnlyList<string> files;
        try
        {
            files = ManifestFiles.Of(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ManifestContent([], [new ManifestProblem(path, 0, Shown.Line(e.Message))], IsWhole: false);
        }

        foreach (var file in files)
        {
            var content = ReadFile(reader, file);
            problems.AddRange(content.Problems);
            isWhole &= content.IsWhole;
            foreach (var item in content.Objects)
            {
                var key = ObjectKey.Of(item);
                if (objects.TryGetValue(key, out var before))
                {
                    problems.Add(Twice(key, before.File, file));
                }

                objects[key] = (item, file);
            }
        }

        return new ManifestContent([.. objects.Values.Select(o => o.Object)], problems, isWhole);
    }

    /// <summary>Reads one file; one that cannot be opened is a problem like others.</summary>
    internal static ManifestContent ReadFile(ManifestReader reader, string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return reader.Read(file, stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ManifestContent([], [new ManifestProblem(file, 0, $"cannot be read: {Shown.Line(e.Message)}")], IsWhole: false);
        }
    }

    /// <summary>What to say of an object that is given twice.</summary>
    internal static ManifestProblem Twice(ObjectKey key, string first, string last) => new(
        last, 0, first == last ? $"{key}: given more than once, the last one counts" : $"{key}: given in {Shown.Line(first)} too, the one in {Shown.Line(last)} counts");
}
