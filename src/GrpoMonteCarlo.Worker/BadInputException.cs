namespace GrpoMonteCarlo.Worker;

/// <summary>An input that cannot be used. The message is one line with the place and the reason; the process answers 2.</summary>
internal sealed class BadInputException(string message) : Exception(message);
