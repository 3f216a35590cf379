/** Words that say nothing about a tool; looked for in queries and prose, never in identifiers. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    "a about above across actually after again against ago all already also although always am among an and " +
    "another any anyone anything anyway appreciate are aren around as ask assist assistance at away back be " +
    "because been before being below between both but by can cannot certain certainly could couldn currently " +
    "did didn directly do does doesn doing don done during each easily either else ensure ensuring etc even " +
    "ever every everyone everything exactly feel few for from further get gets getting give given gives go " +
    "going got had hadn has hasn have haven having he hello help hence her here hers herself hey hi him " +
    "himself his how however i if in include included includes including instead interested into is isn it " +
    "its itself just kind kindly know let lets like ll look looking lot lots many may maybe me might more " +
    "most much must my myself need needed needs neither no nor not now of off ok okay on once one only onto " +
    "or other others our ours ourselves out over own particular particularly per perhaps please possible " +
    "properly provide provided provides providing quick quickly quite rather re really s same several shall " +
    "she should shouldn simply since so some somehow someone something sort specific specifically still such " +
    "suppose supposed sure t tell than thank thanks that the their theirs them themselves then there these " +
    "they thing things this thoroughly those though through till to together too toward under unless until " +
    "up upon us use used useful uses using usually various ve very via want wanted wants was wasn way we " +
    "well were weren what whatever when whenever where whether which whichever while who whom whose why will " +
    "wish with within without won would wouldn yes yet you your yours yourself"
  ).split(" "),
);
