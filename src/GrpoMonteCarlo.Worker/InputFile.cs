using System.Text.Json;
using System.Text.Json.Nodes;
using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker;

/// <summary>Files that someone else may have written.</summary>
internal static class InputFile
{
    /// <summary>The path, if there is a file that can be read.</summary>
    /// <exception cref="BadInputException">There is none.</exception>
    public static string Existing(string path)
    {
        if (Directory.Exists(path))
        {
            throw new BadInputException($"{path}: is a folder, not a file");
        }

        return File.Exists(path) ? path : throw new BadInputException($"{path}: no such file");
    }

    /// <summary>The most megabytes of an experiment file: a million given prompts. JSON takes up to twelve times its bytes to read.</summary>
    public const int ExperimentMegabytes = 24;

    /// <summary>The most megabytes of a manifest, which has the experiment in it with every range a list.</summary>
    public const int ManifestMegabytes = 64;

    /// <summary>All of a file that is known to be small.</summary>
    /// <exception cref="BadInputException">It cannot be read, or is larger than any such file.</exception>
    public static byte[] ReadSmall(string path, int megabytes)
    {
        try
        {
            return new FileInfo(Existing(path)).Length <= (long)megabytes << 20
                ? File.ReadAllBytes(path)
                : throw new BadInputException($"{path}: larger than {megabytes} MB");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: cannot be read: {fault.Message}");
        }
    }

    /// <summary>What a function reads from JSON that this program wrote, and that may be anything by now.</summary>
    /// <exception cref="InvalidDataException">It makes no sense.</exception>
    public static T FromJson<T>(byte[] json, Func<JsonNode, T> read)
    {
        try
        {
            return read(JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false })!);
        }
        catch (Exception damage) when (damage is JsonException or InvalidOperationException or FormatException or NullReferenceException
            or ArgumentException or OverflowException or ExperimentException)
        {
            throw new InvalidDataException("it makes no sense", damage);
        }
    }
}
