namespace GrpoMonteCarlo.Experiments;

/// <summary>An experiment that cannot be run as it is written.</summary>
public sealed class ExperimentException : Exception
{
    /// <param name="path">JSON path of the member at fault, <c>$</c> for the whole.</param>
    /// <param name="message">What is wrong with it, in one line.</param>
    public ExperimentException(string path, string message)
        : base($"{path}: {message}") => Path = path;

    /// <summary>JSON path of the member at fault.</summary>
    public string Path { get; }

    /// <summary>What another exception says, without what it adds for programmers.</summary>
    internal static string FirstSentence(string message)
    {
        int end = message.AsSpan().IndexOfAny("\r\n");
        string line = end < 0 ? message : message[..end];
        int detail = line.IndexOf(" LineNumber:", StringComparison.Ordinal);
        line = detail < 0 ? line : line[..detail];
        int parameter = line.IndexOf(" (Parameter", StringComparison.Ordinal);
        return parameter < 0 ? line : line[..parameter];
    }
}
