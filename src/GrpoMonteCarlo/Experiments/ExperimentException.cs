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

    /// <summary>What another exception says, without what it adds for programmers, in one line: it may quote a file.</summary>
    internal static string FirstSentence(string message)
    {
        string line = string.Concat(message.Select(c => char.IsControl(c) ? ' ' : c));
        int detail = line.IndexOf(" LineNumber:", StringComparison.Ordinal);
        line = detail < 0 ? line : line[..detail];
        int parameter = line.IndexOf(" (Parameter", StringComparison.Ordinal);
        line = parameter < 0 ? line : line[..parameter];

        // A quotation can be the rest of the file; what is wrong with it stands at the end.
        return line.Length <= 300 ? line : $"{line[..100]}…{line[^100..]}";
    }
}
