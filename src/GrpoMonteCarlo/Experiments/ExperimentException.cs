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
}
