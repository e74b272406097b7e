using System.CommandLine;
using GrpoMonteCarlo.Worker.Verification;

namespace GrpoMonteCarlo.Worker.Commands;

/// <summary><c>grpomc verify DIR</c>: whether a finished run is what it says.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "The folder of a finished run." };
        var command = new ToolCommand(
            "verify",
            "Check a finished run: hashes, rows, schema, values, the certificate; write its datasets and simulate some of it again, bit for bit.",
            "grpomc verify results/quickstart")
        {
            folder,
        };
        command.SetAction(parsed =>
        {
            Findings findings = Verifier.Verify(parsed.GetRequiredValue(folder));
            foreach (string line in findings.Checked)
            {
                Console.Out.Write($"ok     {line}\n");
            }

            foreach (string line in findings.Wrong)
            {
                Console.Out.Write($"WRONG  {line}\n");
            }

            Console.Out.Write(findings.Wrong.Count == 0 ? "verified: nothing is off\n" : $"not verified: {findings.Wrong.Count} off\n");
            return findings.Wrong.Count == 0 ? ExitCode.Done : ExitCode.CheckFailed;
        });
        return command;
    }
}
